import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { z } from 'zod';
import type { ReplayCounter } from '../domain/replay-counter.js';

// A counter has 32 bits: a plain number in the store, exact as a double.
export const replayCounterDocument = z.object({
  _id: z.string().regex(/^(?:pin-)?[0-9a-f]{16}$/),
  counter: z.number().int().min(0),
  recent: z.array(z.object({ counter: z.number().int(), transactionId: z.string() })),
});

export type ReplayCounterDocument = z.infer<typeof replayCounterDocument>;

/** Writes each one guarded by the counter it starts from. False: at least one lost to another writer. */
export async function moveCounters<D extends ReplayCounterDocument>(
  collection: Collection<D>,
  moves: readonly { readonly before: ReplayCounter; readonly after: ReplayCounter }[],
): Promise<boolean> {
  if (moves.length === 0) return true;
  const writes = moves.map(({ before, after }) => ({
    updateOne: {
      filter: { _id: before.initialKeyId, counter: before.counter },
      update: { $set: { counter: after.counter, recent: [...after.recent] } },
    },
  }));
  const { matchedCount } = await collection.bulkWrite(writes as unknown as AnyBulkWriteOperation<D>[], {
    ordered: false,
  });
  return matchedCount === moves.length;
}
