import { auditLedger } from '@openswipe/ledger/audit';
import mongoose from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from './services.mjs';

/** @typedef {{ name: string, holds: boolean, checked: number, problems: string[] }} Invariant */
/** @typedef {import('mongodb').Db} Db */
/** @typedef {import('mongodb').Document} Row */

/** What is younger may still be on its way; what is older has no excuse. */
const YOUNG_MS = 60_000;
const OUTBOX_LIMIT_MS = 30_000;
/** Deliveries are kept for longer than this at least (accounts, DELIVERY_RETENTION_DAYS). */
const TOLD_WITHIN_MS = 30 * 24 * 3_600_000;
const FINAL = ['settled', 'declined', 'rejected', 'reversed'];

/** @param {string} name @param {number} checked @param {string[]} problems @returns {Invariant} */
const invariant = (name, checked, problems) => ({ name, holds: problems.length === 0, checked, problems });

/** @param {Db} db @param {string} collection @param {Record<string, 1>} fields @returns {Promise<Row[]>} */
const rows = (db, collection, fields) =>
  db.collection(collection).find({}, { projection: fields, promoteLongs: false }).toArray();

/** Minor units and currency as text; an int64 may come as Long, number or bigint. @param {Row} row */
const amountOf = ({ amountMinor, currency }) => `${currency} ${amountMinor}`;

/**
 * Everything in one look, in the order in which facts are made: what is read later can only know more.
 * @param {Record<string, Db>} databases
 */
const look = async ({ orders, transactions, ledger, accounts }) => {
  if (!orders || !transactions || !ledger || !accounts) throw new Error('a database is missing');
  const deliveries = await rows(accounts, 'deliveries', {
    orderId: 1,
    channel: 1,
    eventType: 1,
    status: 1,
    createdAt: 1,
  });
  const orderRows = await rows(orders, 'orders', {
    status: 1,
    merchantId: 1,
    amountMinor: 1,
    currency: 1,
    transactionId: 1,
    payment: 1,
    changedAt: 1,
  });
  const transactionRows = await rows(transactions, 'transactions', {
    orderId: 1,
    status: 1,
    statusSince: 1,
    amountMinor: 1,
    currency: 1,
    journalEntryId: 1,
  });
  const entries = await rows(ledger, 'journal_entries', {
    reason: 1,
    transactionId: 1,
    orderId: 1,
    postings: 1,
    postedAt: 1,
  });
  return { deliveries, orders: orderRows, transactions: transactionRows, entries };
};

/** @typedef {Awaited<ReturnType<typeof look>>} Seen */

const isOld = (/** @type {Date} */ since) => Date.now() - since.getTime() > YOUNG_MS;

/** @param {Seen} seen */
const oneCaptureAtMost = ({ entries }) => {
  const settles = entries.filter(({ reason }) => reason === 'settlement');
  const byOrder = Map.groupBy(settles, ({ orderId }) => orderId);
  const doubled = [...byOrder].filter(([, group]) => group.length > 1);
  return invariant(
    'an order is captured at most once',
    byOrder.size,
    doubled.map(([orderId, group]) => `order ${orderId} has ${group.length} settle entries`),
  );
};

/** @param {Seen} seen */
const oneFinalState = ({ transactions }) => {
  const stuck = transactions.filter(({ status, statusSince }) => !FINAL.includes(status) && isOld(statusSince));
  return invariant(
    'every accepted transaction reaches a final state, and no unknown is older than its limit',
    transactions.length,
    stuck.map(({ _id, status, statusSince }) => `transaction ${_id} is ${status} since ${statusSince.toISOString()}`),
  );
};

/** @param {Seen} seen */
const settledMeansBooked = ({ transactions, entries }) => {
  const entryById = new Map(entries.map((entry) => [String(entry._id), entry]));
  const statusById = new Map(transactions.map(({ _id, status }) => [String(_id), status]));
  const settled = transactions.filter(({ status }) => status === 'settled');
  const problems = settled.flatMap((transaction) => {
    const entry = entryById.get(transaction['journalEntryId']);
    if (!entry) return [`transaction ${transaction._id} is settled without its journal entry`];
    const [posting] = entry['postings'];
    return amountOf(posting) === amountOf(transaction) ? [] : [`entry ${entry._id} books another amount`];
  });
  for (const { _id, reason, transactionId, postedAt } of entries) {
    const status = statusById.get(transactionId);
    const allowed = status === 'settled' || (!isOld(postedAt) && status !== undefined && !FINAL.includes(status));
    if (reason === 'settlement' && !allowed) problems.push(`entry ${_id} belongs to a transaction that is ${status}`);
  }
  return invariant('a transaction is settled exactly when it is booked, with its amount', settled.length, problems);
};

/** @param {Seen} seen */
const paidMeansSettled = ({ orders, transactions }) => {
  const transactionById = new Map(transactions.map((transaction) => [String(transaction._id), transaction]));
  const orderById = new Map(orders.map((order) => [String(order._id), order]));
  const paid = orders.filter(({ payment }) => payment);
  const problems = paid.flatMap((order) => {
    const transaction = transactionById.get(order['payment'].transactionId);
    if (transaction?.['status'] !== 'settled')
      return [`order ${order._id} is paid by a transaction that is not settled`];
    return amountOf(transaction) === amountOf(order) ? [] : [`order ${order._id} was paid with another amount`];
  });
  for (const { _id, status, orderId, statusSince } of transactions) {
    const told = orderById.get(orderId)?.['payment']?.transactionId === _id;
    if (status === 'settled' && !told && isOld(statusSince))
      problems.push(`order ${orderId} does not know that it is paid`);
  }
  for (const { _id, status, changedAt } of orders) {
    if (status === 'paying' && isOld(changedAt))
      problems.push(`order ${_id} is paying since ${changedAt.toISOString()}`);
  }
  return invariant('an order is paid exactly when its transaction is settled, with its amount', paid.length, problems);
};

/** @param {Seen} seen */
const everybodyIsTold = ({ orders, deliveries }) => {
  const key = (/** @type {string} */ orderId, /** @type {string} */ channel) => `${orderId}/${channel}`;
  const paidNews = deliveries.filter(({ eventType }) => eventType === 'order.paid');
  const known = new Map(paidNews.map(({ orderId, channel, status }) => [key(orderId, channel), status]));
  const paid = orders.filter(({ payment }) => payment);
  const isKept = (/** @type {Date} */ at) => Date.now() - at.getTime() < TOLD_WITHIN_MS;
  const due = paid.filter(({ payment }) => isOld(payment.paidAt) && isKept(payment.paidAt));
  const problems = due.flatMap(({ _id, merchantId }) => {
    const channels = merchantId ? ['webhook', 'email'] : ['email'];
    return channels
      .filter((channel) => !['queued', 'delivered'].includes(known.get(key(String(_id), channel)) ?? ''))
      .map(
        (channel) =>
          `the ${channel} about paid order ${_id} is ${known.get(key(String(_id), channel)) ?? 'not queued'}`,
      );
  });
  return invariant('each paid order is told by webhook and bill, or still being tried', paid.length, problems);
};

/** @param {Record<string, Db>} databases */
const outboxesDrain = async (databases) => {
  /** @type {string[]} */
  const problems = [];
  const limit = new Date(Date.now() - OUTBOX_LIMIT_MS);
  let checked = 0;
  for (const [service, db] of Object.entries(databases)) {
    for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      checked += 1;
      const left = await db.collection(name).countDocuments({ 'outbox.at': { $lt: limit } });
      if (left > 0) problems.push(`${service}.${name} holds ${left} documents with events older than 30 s`);
    }
  }
  return invariant('nothing acknowledged waits unpublished', checked, problems);
};

/** @param {mongoose.Connection} connection */
const ledgerIsRight = async (connection) => {
  const { problems, entryCount } = await auditLedger(connection);
  return invariant('debits equal credits, balances equal their postings, the hash chain is whole', entryCount, [
    ...problems,
  ]);
};

/** @param {mongoose.Connection} connection @param {string} prefix */
const checkOnce = async (connection, prefix) => {
  const nameOf = (/** @type {string} */ service) => `${prefix.replaceAll('-', '_')}openswipe_${service}`;
  const stores = SERVICES.filter((service) => service !== 'gateway');
  const client = connection.getClient();
  const databases = Object.fromEntries(stores.map((service) => [service, client.db(nameOf(service))]));
  const seen = await look(databases);
  return [
    await ledgerIsRight(connection.useDb(nameOf('ledger'))),
    oneCaptureAtMost(seen),
    oneFinalState(seen),
    settledMeansBooked(seen),
    paidMeansSettled(seen),
    everybodyIsTold(seen),
    await outboxesDrain(databases),
  ];
};

/**
 * Checks the promises about money (docs/ARCHITECTURE.md) from outside, in the databases alone. On a system at work a
 * look may catch a change half-way, so a broken promise is looked at again until `patienceMs` is over.
 * @param {{ mongoUrl: string, prefix?: string, patienceMs?: number }} options
 * @returns {Promise<{ ok: boolean, checkedAt: string, invariants: Invariant[] }>}
 */
export const audit = async ({ mongoUrl, prefix = '', patienceMs = 15_000 }) => {
  const connection = await mongoose.createConnection(mongoUrl, { serverSelectionTimeoutMS: 5_000 }).asPromise();
  try {
    for (const end = Date.now() + patienceMs; ; await delay(500)) {
      const invariants = await checkOnce(connection, prefix);
      const ok = invariants.every(({ holds }) => holds);
      if (ok || Date.now() > end) return { ok, checkedAt: new Date().toISOString(), invariants };
    }
  } finally {
    await connection.close();
  }
};
