import { newId } from '@openswipe/kernel';
import { Book, mongoTransaction } from 'medici';
import mongoose from 'mongoose';
import { inBatches, timed } from '../load/in-batches.mjs';
import { serve } from './serve.mjs';

await mongoose.connect(process.env['MONGO_URL'] ?? '', { dbName: 'bench_medici', maxPoolSize: 20, retryWrites: false });
const book = new Book('bench');
const entry = () =>
  book
    .entry(newId('transaction'))
    .debit('asset:card', 128)
    .credit(`liability:payee:${newId('merchant')}`, 128);

const messageOf = (/** @type {unknown} */ fault) => (fault instanceof Error ? fault.message : String(fault));

serve({
  /** As its manual says to use it: inside a transaction. Gives what comes of it. */
  inTransaction: () =>
    mongoTransaction((/** @type {any} */ session) => entry().commit({ session })).then(() => 'works', messageOf),
  /** Without one, where the store has none: a crash in between leaves half a journal. */
  run: ({ count }) =>
    timed(count, () =>
      inBatches(Array.from({ length: count }), 1, () =>
        entry()
          .commit()
          .then(() => undefined),
      ),
    ),
});
