import { ensureCollection, insertFirst } from '@openswipe/service-kit';
import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import type { TerminalCounterStore } from '../application/ports.js';
import type { TerminalCounter } from '../domain/terminal-counter.js';

// A counter has 32 bits: a plain number in the store, exact as a double.
const terminalCounterDocument = z.object({
  _id: z.string().regex(/^[0-9a-f]{16}$/),
  terminalId: z.string(),
  counter: z.number().int().min(0),
  recent: z.array(z.object({ counter: z.number().int(), transactionId: z.string() })),
});

type TerminalCounterDocument = z.infer<typeof terminalCounterDocument>;

export class TerminalCounterRepository implements TerminalCounterStore {
  private constructor(private readonly collection: Collection<TerminalCounterDocument>) {}

  static async open(connection: Connection): Promise<TerminalCounterRepository> {
    return new TerminalCounterRepository(await ensureCollection(connection, 'terminalCounters'));
  }

  insert({ initialKeyId, terminalId, counter, recent }: TerminalCounter): Promise<boolean> {
    return insertFirst(this.collection, [{ _id: initialKeyId, terminalId, counter, recent: [...recent] }]);
  }

  async load(initialKeyIds: readonly string[]): Promise<readonly TerminalCounter[]> {
    const found = await this.collection.find({ _id: { $in: [...initialKeyIds] } }).toArray();
    return found.map((document) => {
      const { _id, ...rest } = terminalCounterDocument.parse(document);
      return { initialKeyId: _id, ...rest };
    });
  }

  async save(changes: readonly { before: TerminalCounter; after: TerminalCounter }[]): Promise<boolean> {
    if (changes.length === 0) return true;
    const { matchedCount } = await this.collection.bulkWrite(
      changes.map(({ before, after }) => ({
        updateOne: {
          filter: { _id: before.initialKeyId, counter: before.counter },
          update: { $set: { counter: after.counter, recent: [...after.recent] } },
        },
      })),
      { ordered: false },
    );
    return matchedCount === changes.length;
  }
}
