import { bookProblems } from './check-books.mjs';
import { chainProblems } from './check-chain.mjs';
import { leakProblems } from './check-leaks.mjs';
import { messageProblems } from './check-messages.mjs';
import { FINAL, transactionProblems } from './check-transactions.mjs';
import { untilQuiet } from './quiet.mjs';

/**
 * Everything that the invariants are checked on, read once by the plain drivers.
 * @typedef {object} Seen
 * @property {Map<string, any>} transactions by id
 * @property {Map<string, any>} orders by id
 * @property {any[]} entries the journal
 * @property {any[]} links the hash chains
 * @property {Map<string, any>} heads
 * @property {any[]} balances
 * @property {Map<string, any>} assessments by transaction id
 * @property {any[]} authorizations what the simulated issuer has booked
 * @property {any[]} deliveries
 * @property {import('./store.mjs').Stored[]} records of every topic, dead letters included
 */

/** @typedef {{ invariant: string, problem: string }} Violation */

const byId = (/** @type {any[]} */ rows) => new Map(rows.map((row) => [String(row._id), row]));

/** @param {import('./store.mjs').Store} store @returns {Promise<Seen>} */
const look = async (store) => {
  const records = await store.records(await store.topics());
  return {
    records,
    transactions: byId(await store.rows('transactions', 'transactions')),
    orders: byId(await store.rows('orders', 'orders')),
    entries: await store.rows('ledger', 'journal_entries'),
    links: await store.rows('ledger', 'chain_links'),
    heads: byId(await store.rows('ledger', 'chain_heads')),
    balances: await store.rows('ledger', 'balances'),
    assessments: byId(await store.rows('risk', 'assessments')),
    authorizations: await store.rows('risk', 'issuer_authorizations'),
    deliveries: await store.rows('accounts', 'deliveries'),
  };
};

/**
 * @typedef {object} Verdict
 * @property {Violation[]} violations
 * @property {number} lost acknowledged and not in the database, or told as settled and not in the journal
 * @property {number} doubled settle entries beyond the first of an order
 * @property {number} unknown acknowledged and without a final state
 * @property {Seen} [seen]
 */

/**
 * Waits for quiet and checks I1 to I9 (docs/RELIABILITY.md) on databases, topics and files.
 * @param {object} what
 * @param {import('./platform.mjs').Platform} what.platform
 * @param {import('./load.mjs').Load} what.load
 * @param {import('./watch.mjs').Watch} what.watch
 * @param {Map<string, 'must' | 'may'>} what.poison by place `topic/partition/offset`: records that become dead letters
 * @param {number} limitMs for the quiet to come
 * @returns {Promise<Verdict>}
 */
export const check = async ({ platform, load, watch, poison }, limitMs) => {
  const { store } = platform;
  const left = await untilQuiet(store, limitMs);
  const seen = await look(store);
  const client = {
    log: load.log,
    terminals: [...load.terminals, ...load.newcomers],
    webhooks: platform.webhooks?.paid ?? new Map(),
  };
  const problems = {
    ...bookProblems(seen),
    ...transactionProblems(seen, client, watch, poison),
    I7: [...left, ...messageProblems(seen, poison)],
    I8: chainProblems(seen),
    I9: await leakProblems(store, seen, [platform.logs, platform.mail?.folder ?? '']),
  };
  const violations = Object.entries(problems).flatMap(([invariant, list]) =>
    list.map((problem) => ({ invariant, problem })),
  );
  const acked = new Set(load.log.flatMap(({ acks }) => acks.map(({ id }) => id)));
  const settles = seen.entries.filter(({ reason }) => reason === 'settlement');
  return {
    violations,
    lost: problems.I4.length,
    doubled: settles.length - new Set(settles.map(({ orderId }) => orderId)).size,
    unknown: [...acked].filter((id) => !FINAL.includes(seen.transactions.get(id)?.status)).length,
    seen,
  };
};
