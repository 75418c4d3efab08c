import { ensureCollection, insertFirst } from '@openswipe/service-kit';
import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import type { CounterStore } from '../application/ports.js';
import { firstSeenReader, type ReaderCounter } from '../domain/reader-counter.js';
import { moveCounters, replayCounterDocument, type ReplayCounterDocument } from './guarded-counters.js';

export class ReaderCounterRepository implements CounterStore<ReaderCounter> {
  private constructor(private readonly collection: Collection<ReplayCounterDocument>) {}

  static async open(connection: Connection): Promise<ReaderCounterRepository> {
    return new ReaderCounterRepository(await ensureCollection(connection, 'readerCounters'));
  }

  async load(initialKeyIds: readonly string[]): Promise<readonly ReaderCounter[]> {
    const found = await this.collection.find({ _id: { $in: [...initialKeyIds] } }).toArray();
    return found.map((document) => {
      const { _id, ...rest } = replayCounterDocument.parse(document);
      return { initialKeyId: _id, ...rest };
    });
  }

  /** A reader's first card: its counter is laid down at zero first, so that all of them move by the same guard. */
  async save(changes: readonly { before: ReaderCounter | undefined; after: ReaderCounter }[]): Promise<boolean> {
    const unseen = changes.filter(({ before }) => before === undefined).map(({ after }) => after.initialKeyId);
    await insertFirst(
      this.collection,
      unseen.map((initialKeyId) => ({ _id: initialKeyId, counter: 0, recent: [] })),
    );
    return moveCounters(
      this.collection,
      changes.map(({ before, after }) => ({ before: before ?? firstSeenReader(after.initialKeyId), after })),
    );
  }
}
