import { Money, systemClock } from '@openswipe/kernel';
import { connectMongo } from '@openswipe/service-kit';
import { PostSettlements } from '../../services/ledger/dist/application/post-settlements.js';
import { SealEntries } from '../../services/ledger/dist/application/seal-entries.js';
import { UpdateBalances } from '../../services/ledger/dist/application/update-balances.js';
import { entryPosted } from '../../services/ledger/dist/kafka/entry-posted.js';
import { MongoBalances } from '../../services/ledger/dist/mongo/balances.js';
import { MongoHashChain } from '../../services/ledger/dist/mongo/hash-chain.js';
import { MongoJournal } from '../../services/ledger/dist/mongo/journal.js';
import { newOrder } from '../../services/orders/dist/domain/new-order.js';
import { toDocument } from '../../services/orders/dist/mongo/order.mapper.js';
import { MongoOrders } from '../../services/orders/dist/mongo/order.repository.js';
import { idOf } from '../access-tokens.mjs';
import { serve } from './serve.mjs';

const SEED_BATCH = 1_000;
const { MONGO_URL = '', DATABASES = '' } = process.env;
/** The events of these entries and orders are nobody's business here. */
const relay = /** @type {any} */ ({ watch: () => undefined, relay: async () => undefined });
const connections = {
  orders: await connectMongo(MONGO_URL, `${DATABASES}orders`),
  ledger: await connectMongo(MONGO_URL, `${DATABASES}ledger`),
};
const orders = await MongoOrders.open(connections.orders, relay, /** @type {any} */ (() => undefined));
const journal = await MongoJournal.open(connections.ledger, relay, entryPosted);
const chain = await MongoHashChain.open(connections.ledger);
const balances = await MongoBalances.open(connections.ledger);
const post = new PostSettlements(journal, systemClock);
const payee = (/** @type {number} */ number) => idOf('mer', number);

/** @param {number} index @param {number} payees */
const approved = (index, payees) => ({
  transactionId: idOf('txn', index),
  orderId: idOf('ord', index),
  payeeId: payee(index % payees),
  amount: Money.of(12_800n, 'CNY'),
});

/** @param {number} index @param {number} payees */
const order = (index, payees) => {
  const line = { name: 'Tea', quantity: 1, unitAmountMinor: 12_800n, attributes: { 'Net weight': '100 g' } };
  const merchantId = payee(index % payees);
  const parties = { kind: /** @type {const} */ ('pay'), merchantId, payeeId: merchantId, payeeName: 'Bench' };
  const money = { amountMinor: 12_800n, currency: 'CNY', lines: [line], terms: '', expiresInSeconds: 86_400 };
  const links = { merchantReference: '', returnUrl: 'https://shop.example/', cancelUrl: '' };
  const proposal = { ...parties, targetAccountId: idOf('acc', index % payees), ...money, ...links };
  return newOrder(/** @type {any} */ (proposal), idOf('ord', index), new Date());
};

let count = 0;
let payees = 1;

/**
 * Sealed batch by batch, as the ledger does beside its work: it sorts what is unsealed, which is never all there is.
 * @param {{ transactions: number, accounts: number }} amounts
 */
const seed = async ({ transactions, accounts }) => {
  payees = accounts;
  const collection = connections.orders.collection('orders');
  const entries = connections.ledger.collection('journal_entries');
  const seal = new SealEntries(journal, chain);
  for (let from = 0; from < transactions; from += SEED_BATCH) {
    const indexes = Array.from({ length: Math.min(SEED_BATCH, transactions - from) }, (_, i) => from + i);
    await post.execute(indexes.map((index) => approved(index, payees)));
    const documents = indexes.map((index) => ({ ...toDocument(order(index, payees)), outbox: [] }));
    await collection.insertMany(/** @type {any} */ (documents), { ordered: false });
    await entries.updateMany({ isSealed: false }, { $set: { outbox: [] } });
    await seal.execute();
  }
  count = transactions;
  await new UpdateBalances(journal, chain, balances).execute();
};

let next = 1_000_000_000;
const anyIndex = () => Math.floor(Math.random() * count);

/** @type {Record<string, () => Promise<unknown>>} */
const OPERATIONS = {
  post: () => post.execute([approved(next++, payees)]),
  'post again': () => post.execute([approved(anyIndex(), payees)]),
  'order by id': () => orders.find([idOf('ord', anyIndex())]),
  'first page of a merchant': () => orders.listOfMerchant(payee(anyIndex() % payees), 20, undefined),
  balance: () => balances.listOfOwner(payee(anyIndex() % payees)),
};

serve({
  seed,
  operations: () => Object.keys(OPERATIONS),
  /** Mean milliseconds of an operation. */
  cost: async ({ name, times }) => {
    const work = OPERATIONS[name];
    const started = performance.now();
    for (let done = 0; done < times; done++) await work?.();
    return (performance.now() - started) / times;
  },
});
