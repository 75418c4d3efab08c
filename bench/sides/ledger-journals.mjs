import { Money, newId, systemClock } from '@openswipe/kernel';
import { KafkaBroker, OutboxRelay, Publisher, connectMongo, createLogger } from '@openswipe/service-kit';
import { PostSettlements } from '../../services/ledger/dist/application/post-settlements.js';
import { SealEntries } from '../../services/ledger/dist/application/seal-entries.js';
import { UpdateBalances } from '../../services/ledger/dist/application/update-balances.js';
import { auditLedger } from '../../services/ledger/dist/audit.js';
import { entryPosted } from '../../services/ledger/dist/kafka/entry-posted.js';
import { MongoBalances } from '../../services/ledger/dist/mongo/balances.js';
import { MongoHashChain } from '../../services/ledger/dist/mongo/hash-chain.js';
import { MongoJournal } from '../../services/ledger/dist/mongo/journal.js';
import { inBatches, timed } from '../load/in-batches.mjs';
import { serve } from './serve.mjs';

const { MONGO_URL = '', KAFKA_BROKERS = '' } = process.env;
const logger = createLogger('ledger', 'error');
const broker = new KafkaBroker({ brokers: KAFKA_BROKERS, topicPrefix: 'bench-', clientId: 'ledger' }, logger);
await broker.ensureTopics('ledger');
const publisher = new Publisher(broker);
await publisher.connect();
const connection = await connectMongo(MONGO_URL, 'bench_ledger');
const chain = await MongoHashChain.open(connection);
const balances = await MongoBalances.open(connection);

/** @param {OutboxRelay} relay */
const rooms = async (relay) => {
  const journal = await MongoJournal.open(connection, relay, entryPosted);
  return {
    post: new PostSettlements(journal, systemClock),
    seal: new SealEntries(journal, chain),
    balance: new UpdateBalances(journal, chain, balances),
  };
};
const telling = await rooms(new OutboxRelay(publisher, logger));
const silent = await rooms(/** @type {any} */ ({ watch: () => undefined, relay: async () => undefined }));

/** @param {number} count @param {number} payees */
const approved = (count, payees) => {
  const ids = Array.from({ length: payees }, () => newId('merchant'));
  return Array.from({ length: count }, (_, i) => ({
    transactionId: newId('transaction'),
    orderId: newId('order'),
    payeeId: /** @type {string} */ (ids[i % payees]),
    amount: Money.of(12_800n, 'CNY'),
  }));
};

let posted = 0;

/** Outside the measured time: the next run must find nothing left over. */
const tidy = async () => {
  for (let before = -1, left = 0; left !== before;) {
    before = left;
    await silent.seal.execute();
    left = await connection.collection('journal_entries').countDocuments({ isSealed: false });
    if (left === 0) break;
  }
  await silent.balance.execute();
};

/** @param {import('../load/in-batches.mjs').Amounts & { payees: number, isWhole: boolean }} amounts */
const run = async ({ count, size, payees, isWhole }) => {
  const { post, seal, balance } = isWhole ? telling : silent;
  const work = approved(count, payees);
  const sample = await timed(count, async () => {
    await inBatches(work, size, (batch) => post.execute(batch));
    if (!isWhole) return;
    while ((await connection.collection('journal_entries').countDocuments({ isSealed: false }, { limit: 1 })) > 0)
      await seal.execute();
    await balance.execute();
  });
  posted += count;
  await tidy();
  return sample;
};

serve({
  run,
  documents: async (/** @type {number} */ count) => {
    await run({ count, size: count, payees: count, isWhole: false });
    const found = await connection.collection('journal_entries').find().limit(1).toArray();
    return JSON.stringify(found[0], (_, value) => (typeof value === 'bigint' ? `${value}` : value));
  },
  audit: async () => {
    const { problems, entryCount } = await auditLedger(connection);
    return { problems: [...problems], entryCount, posted };
  },
});
