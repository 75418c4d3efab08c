import { ensureCollection, isDuplicateKey } from '@openswipe/service-kit';
import type { Connection, HydratedDocument, Model } from 'mongoose';
import type { Terminals } from '../application/ports.js';
import type { Terminal } from '../domain/terminal.js';
import { readBack } from './schema.js';
import { type TerminalDocument, terminalSchema } from './terminal.schema.js';

export class TerminalRepository implements Terminals {
  private constructor(private readonly model: Model<TerminalDocument>) {}

  static async open(connection: Connection): Promise<TerminalRepository> {
    const indexes = [{ key: { derivationId: 1 as const }, unique: true }, { key: { accountId: 1 as const } }];
    await ensureCollection(connection, 'terminals', indexes);
    return new TerminalRepository(connection.model<TerminalDocument>('Terminal', terminalSchema));
  }

  async insert({ id, ...rest }: Terminal): Promise<boolean> {
    try {
      await this.model.create({ _id: id, ...rest });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async confirm(id: string): Promise<void> {
    await this.model.updateOne({ _id: id, state: 'enrolling' }, { $set: { state: 'enrolled' } });
  }

  async listOf(accountId: string): Promise<readonly Terminal[]> {
    return Promise.all((await this.model.find({ accountId }).sort({ _id: -1 })).map(toTerminal));
  }

  async countEnrolled(accountId: string): Promise<number> {
    return this.model.countDocuments({ accountId, state: 'enrolled' });
  }

  async find(id: string, accountId: string): Promise<Terminal | undefined> {
    const document = await this.model.findOne({ _id: id, accountId });
    return document ? toTerminal(document) : undefined;
  }

  async touch(id: string, accountId: string, now: Date): Promise<boolean> {
    const seen = await this.model.updateOne({ _id: id, accountId, state: 'enrolled' }, { $set: { lastSeenAt: now } });
    return seen.matchedCount === 1;
  }

  async revoke(id: string): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { state: 'revoked' } });
  }
}

async function toTerminal(document: HydratedDocument<TerminalDocument>): Promise<Terminal> {
  const { _id, ...rest } = await readBack(document);
  return { id: _id, ...rest };
}
