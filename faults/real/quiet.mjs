import { NotInTime, until } from './until.mjs';
import { CONSUMPTIONS } from './wire.mjs';

const FINAL = ['settled', 'declined', 'rejected', 'reversed'];

/**
 * What is still under way, in words; empty: everything that was accepted has come to rest. Asked of databases and
 * broker, not of services.
 * @param {import('./store.mjs').Store} store
 * @returns {Promise<string[]>}
 */
const underWay = async (store) => {
  const [open, lag, outboxes, books] = await Promise.all([
    openTransactions(store),
    lagging(store),
    fullOutboxes(store),
    openBooks(store),
  ]);
  return [...open, ...lag, ...outboxes, ...books];
};

/** @param {import('./store.mjs').Store} store */
const openTransactions = async (store) => {
  const open = await store.rows('transactions', 'transactions', { status: { $nin: FINAL } }, { status: 1 });
  const paying = await store.rows('orders', 'orders', { status: 'paying' }, { status: 1 });
  const due = await store.rows('accounts', 'deliveries', { status: 'queued' }, { orderId: 1 });
  return [
    ...open.map(({ _id, status }) => `transaction ${_id} is ${status}`),
    ...paying.map(({ _id }) => `order ${_id} is paying`),
    ...due.map(({ _id }) => `delivery ${_id} is queued`),
  ];
};

/** @param {import('./store.mjs').Store} store */
export const lagging = (store) =>
  store.admin(async (admin) => {
    const behind = [];
    for (const { group, topic } of CONSUMPTIONS) {
      const [ends, committed] = await Promise.all([
        admin.fetchTopicOffsets(topic),
        admin.fetchOffsets({ groupId: group, topics: [topic] }),
      ]);
      const at = new Map((committed[0]?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
      for (const { partition, high, low } of ends) {
        const done = Math.max(at.get(partition) ?? 0, Number(low));
        if (done < Number(high)) behind.push(`${group} is at ${done} of ${high} in ${topic}/${partition}`);
      }
    }
    return behind;
  });

/** @param {import('./store.mjs').Store} store */
const fullOutboxes = async (store) => {
  const full = [];
  for (const service of store.stores) {
    const db = store.database(service);
    for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      const count = await db.collection(name).countDocuments({ 'outbox.0': { $exists: true } });
      if (count > 0) full.push(`${count} outboxes of ${service}.${name} are not empty`);
    }
  }
  return full;
};

/** @param {import('./store.mjs').Store} store */
const openBooks = async (store) => {
  const unsealed = await store.rows('ledger', 'journal_entries', { isSealed: false }, { _id: 1 });
  const payouts = await store.rows('ledger', 'payouts', { status: { $in: ['requested', 'sent'] } }, { _id: 1 });
  const reserved = await store.rows('ledger', 'balances', { reservation: { $ne: null } }, { _id: 1 });
  const payable = await store.rows('ledger', 'balances', { isPayable: true, availableMinor: { $gt: 0 } }, { _id: 1 });
  const heads = await store.rows('ledger', 'chain_heads');
  const marks = new Map(
    (await store.rows('ledger', 'balance_marks')).map(({ _id, sequence }) => [_id, Number(sequence)]),
  );
  const behind = heads.filter(({ _id, sequence }) => (marks.get(_id) ?? 0) < Number(sequence));
  return [
    ...unsealed.map(({ _id }) => `entry ${_id} is not sealed`),
    ...payouts.map(({ _id }) => `payout ${_id} is under way`),
    ...[...reserved, ...payable].map(({ _id }) => `balance ${_id} has money to pay out`),
    ...behind.map(({ _id }) => `balances are behind chain ${_id}`),
  ];
};

/**
 * Waits until nothing is under way any more. Gives what still is when the time is over.
 * @param {import('./store.mjs').Store} store @param {number} limitMs
 * @returns {Promise<string[]>}
 */
export const untilQuiet = async (store, limitMs) => {
  /** @type {string[]} */
  let left = ['nothing could be asked'];
  try {
    await until('quiet', async () => ((left = await underWay(store)).length === 0 ? true : undefined), limitMs, 500);
    return [];
  } catch (fault) {
    if (fault instanceof NotInTime) return left;
    throw fault;
  }
};
