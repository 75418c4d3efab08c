import { TransientFault } from '@openswipe/kernel';
import { ensureCollection, isDuplicateKey } from '@openswipe/service-kit';
import type { Connection, Model } from 'mongoose';
import type { LogInTries } from '../application/ports.js';
import { type LogInTry, type TryLimit, admitTry } from '../domain/log-in-tries.js';
import { type LogInTriesDocument, logInTriesSchema } from './log-in-tries.schema.js';
import { readBack } from './schema.js';

/** Each lost race means that somebody else's try was counted, so this ends long before. */
const RACES_MAX = 50;

export class LogInTriesRepository implements LogInTries {
  private constructor(private readonly model: Model<LogInTriesDocument>) {}

  static async open(connection: Connection): Promise<LogInTriesRepository> {
    await ensureCollection(connection, 'log_in_tries', [{ key: { expiresAt: 1 } }]);
    return new LogInTriesRepository(connection.model<LogInTriesDocument>('LogInTries', logInTriesSchema));
  }

  async admit(key: string, next: LogInTry, limit: TryLimit): Promise<number | undefined> {
    for (let race = 0; race < RACES_MAX; race += 1) {
      const document = await this.model.findById(key);
      const kept = document ? await readBack(document) : undefined;
      const admission = admitTry(kept?.tries ?? [], next, limit);
      if (!admission.admitted) return admission.retryAfterSeconds;
      const expiresAt = new Date(next.at.getTime() + limit.windowMs);
      if (await this.#write(key, kept?.revision, admission.tries, expiresAt)) return undefined;
    }
    throw new TransientFault('the try could not be counted');
  }

  async forget(key: string, id: string): Promise<void> {
    await this.model.updateOne({ _id: key }, { $pull: { tries: { id } }, $inc: { revision: 1 } });
  }

  async deleteExpired(now: Date): Promise<void> {
    await this.model.deleteMany({ expiresAt: { $lt: now } });
  }

  async #write(
    key: string,
    revision: number | undefined,
    tries: readonly LogInTry[],
    expiresAt: Date,
  ): Promise<boolean> {
    if (revision !== undefined) {
      const guard = { _id: key, revision };
      const written = await this.model.updateOne(guard, { $set: { tries, revision: revision + 1, expiresAt } });
      return written.matchedCount === 1;
    }
    try {
      await this.model.create({ _id: key, tries, revision: 0, expiresAt });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}
