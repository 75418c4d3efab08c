import { ensureCollection, isDuplicateKey, type OutboxEntry, type OutboxRelay } from '@openswipe/service-kit';
import type { Connection, HydratedDocument, Model } from 'mongoose';
import type { Terminals } from '../application/ports.js';
import type { Terminal } from '../domain/terminal.js';
import { readBack } from './schema.js';
import { type TerminalDocument, terminalSchema } from './terminal.schema.js';

type ToEntry = (accountId: string, terminalId: string, at: Date) => OutboxEntry;

export class TerminalRepository implements Terminals {
  private constructor(
    private readonly model: Model<TerminalDocument>,
    private readonly relay: OutboxRelay,
    private readonly toEntry: ToEntry,
  ) {}

  /** @param toEntry the event that tells of a revoked terminal. */
  static async open(connection: Connection, relay: OutboxRelay, toEntry: ToEntry): Promise<TerminalRepository> {
    const indexes = [
      { key: { derivationId: 1 as const }, unique: true },
      { key: { accountId: 1 as const } },
      // The sweep of events that a crash left behind.
      { key: { 'outbox.at': 1 as const } },
    ];
    await ensureCollection(connection, 'terminals', indexes);
    const model = connection.model<TerminalDocument>('Terminal', terminalSchema);
    relay.watch(model.collection as never);
    return new TerminalRepository(model, relay, toEntry);
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

  async revoke({ id, accountId }: Pick<Terminal, 'id' | 'accountId'>, now: Date): Promise<void> {
    const entry = this.toEntry(accountId, id, now);
    const isLeft = { _id: id, state: { $ne: 'revoked' as const } };
    const { matchedCount } = await this.model.updateOne(isLeft, {
      $set: { state: 'revoked' },
      $push: { outbox: entry },
    });
    if (matchedCount === 1) await this.relay.relay(this.model.collection as never, [{ _id: id, outbox: [entry] }]);
  }
}

async function toTerminal(document: HydratedDocument<TerminalDocument>): Promise<Terminal> {
  const { _id, outbox: _, ...rest } = await readBack(document);
  return { id: _id, ...rest };
}
