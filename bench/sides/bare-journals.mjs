import { newId } from '@openswipe/kernel';
import { Binary, Long, MongoClient, ObjectId } from 'mongodb';
import { inBatches, timed } from '../load/in-batches.mjs';
import { serve } from './serve.mjs';

// The options of packages/service-kit; the driver alone.
const client = await new MongoClient(process.env['MONGO_URL'] ?? '', {
  maxPoolSize: 20,
  writeConcern: { w: 'majority', journal: true },
  retryWrites: false,
}).connect();
const database = client.db('bench_bare');
for (const name of ['journal_entries', 'medici_transactions', 'medici_journals']) await database.createCollection(name);
const entries = database.collection(/** @type {string} */ ('journal_entries'));
// The same indexes as the ledger keeps on its journal, and those of medici on its own.
await entries.createIndexes([
  { key: { orderId: 1 } },
  { key: { isSealed: 1, postedAt: 1 } },
  { key: { 'outbox.at': 1 } },
]);
const mediciTransactions = database.collection('medici_transactions');
const mediciJournals = database.collection('medici_journals');
await mediciTransactions.createIndexes([
  { key: { _journal: 1 } },
  { key: { book: 1, accounts: 1, datetime: -1 } },
  { key: { book: 1, 'account_path.0': 1, 'account_path.1': 1, 'account_path.2': 1, datetime: -1 } },
]);

const EVENT = Buffer.alloc(220, 7);

/** The document that the ledger writes, with its event. */
const entry = () => {
  const transactionId = newId('transaction');
  const orderId = newId('order');
  const postedAt = new Date();
  const payee = `liability:payee:${newId('merchant')}`;
  const headers = {
    'event-id': `${transactionId}:settle:posted`,
    'event-type': 'ledger.entry-posted.v1',
    'correlation-id': orderId,
    'causation-id': transactionId,
    'occurred-at': postedAt.toISOString(),
    producer: 'ledger',
  };
  const told = { id: headers['event-id'], at: postedAt, topic: headers['event-type'], key: orderId };
  return {
    _id: /** @type {any} */ (`${transactionId}:settle`),
    reason: 'settlement',
    transactionId,
    orderId,
    postings: [
      { debit: 'asset:card-receivable', credit: payee, amountMinor: Long.fromNumber(12_800), currency: 'CNY' },
    ],
    postedAt,
    isSealed: false,
    outbox: [{ ...told, value: new Binary(EVENT), headers }],
  };
};

/** What medici writes for one journal: its two transactions, then the journal that names them. */
const mediciEntry = () => {
  const _journal = new ObjectId();
  const datetime = new Date();
  const shared = { _journal, book: 'bench', datetime, memo: newId('transaction'), timestamp: datetime };
  const side = (/** @type {string[]} */ path, /** @type {number} */ debit, /** @type {number} */ credit) => ({
    ...{ ...shared, _id: new ObjectId(), account_path: path, accounts: path.join(':'), debit, credit },
    meta: { orderId: newId('order') },
  });
  const transactions = [side(['asset', 'card'], 128, 0), side(['liability', 'payee', newId('merchant')], 0, 128)];
  const journal = {
    _id: _journal,
    datetime,
    memo: shared.memo,
    book: 'bench',
    _transactions: transactions.map(({ _id }) => _id),
  };
  return { transactions, journal };
};

serve({
  batch: ({ count, size }) => {
    const documents = Array.from({ length: count }, entry);
    return timed(count, () =>
      inBatches(documents, size, (batch) => entries.insertMany([...batch], { ordered: false })),
    );
  },
  medici: ({ count }) => {
    const journals = Array.from({ length: count }, mediciEntry);
    return timed(count, () =>
      inBatches(journals, 1, async ([one]) => {
        if (!one) return;
        await mediciTransactions.insertMany(one.transactions, { ordered: true });
        await mediciJournals.insertOne(one.journal);
      }),
    );
  },
});
