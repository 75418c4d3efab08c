import { FINAL, big } from './values.mjs';

/** @typedef {import('./invariants.mjs').Seen} Seen */

const OPEN_ORDERS = ['created', 'pending', 'claimed'];

/** States that nothing leaves. @type {Record<string, readonly string[]>} */
const FINAL_IN = { transactions: FINAL, assessments: ['approved', 'declined', 'reversed'] };

/** I2: each transaction has one final state and keeps it. @param {Seen} seen */
export const finalProblems = ({ transactions, history, isDone }) => {
  const problems = transactions
    .filter(({ status }) => !FINAL.includes(status))
    .map(({ _id, status }) => `transaction ${_id} stays ${status}`);
  if (!isDone) problems.push('a client still waits for its answer');
  /** @type {Map<string, string>} */
  const ended = new Map();
  for (const { collection, id, status } of history) {
    const finalStates = FINAL_IN[collection];
    if (!finalStates) continue;
    const key = `${collection} ${id}`;
    const before = ended.get(key);
    if (before !== undefined && before !== status) problems.push(`${key} was ${before} and became ${status}`);
    if (finalStates.includes(status)) ended.set(key, status);
  }
  return problems;
};

const countBy = (/** @type {readonly any[]} */ rows, /** @type {string} */ field) =>
  [...Map.groupBy(rows, (row) => row[field])].filter(([, group]) => group.length > 1);

/** I3: one settlement at most for a transaction, and for an order. @param {Seen} seen */
export const settlementProblems = ({ entries }) => {
  const settlements = entries.filter(({ reason }) => reason === 'settlement');
  return ['transactionId', 'orderId'].flatMap((field) =>
    countBy(settlements, field).map(([id, group]) => `${id} is settled ${group.length} times`),
  );
};

/** I4: what was acknowledged is there; the same request is the same thing. @param {Seen} seen */
export const clientProblems = ({ client, transactions, orders }) => {
  const known = new Set(transactions.map(({ _id }) => _id));
  const ids = new Set(orders.map(({ _id }) => _id));
  const lost = client.accepted
    .filter(({ transactionId }) => !known.has(transactionId))
    .map(({ transactionId }) => `transaction ${transactionId} was acknowledged and is lost`);
  const doubled = [...Map.groupBy(client.accepted, ({ bytes }) => bytes)]
    .filter(([, group]) => new Set(group.map(({ transactionId }) => transactionId)).size > 1)
    .map(([, [first]]) => `the same submission for ${first?.orderId} became several transactions`);
  const forgotten = client.ordered
    .filter(({ orderId }) => !ids.has(orderId))
    .map(({ orderId }) => `order ${orderId} was acknowledged and is lost`);
  // A shop's reference is its idempotency key here.
  const twice = countBy(orders, 'merchantReference').map(([key]) => `the request ${key} made several orders`);
  return [...lost, ...doubled, ...forgotten, ...twice];
};

const amountOf = (/** @type {any} */ { amountMinor, currency }) => `${currency} ${big(amountMinor)}`;

/**
 * I5: what terminals and shops are told is what the ledger says.
 * @param {Seen} seen @param {boolean} isFaultless then each honest payment must succeed
 */
export const orderProblems = ({ orders, transactions, entries, client }, isFaultless) => {
  const settlements = entries.filter(({ reason }) => reason === 'settlement');
  const entryOf = new Map(settlements.map((entry) => [entry['transactionId'], entry]));
  const statusOf = new Map(transactions.map(({ _id, status }) => [_id, status]));
  const orderOf = new Map(orders.map((order) => [order['_id'], order]));
  return [
    ...transactions.flatMap((one) => bookedProblems(one, entryOf.get(one['_id']), orderOf.get(one['orderId']))),
    ...[...entryOf.keys()]
      .filter((id) => !statusOf.has(id))
      .map((id) => `the journal settles ${id}, which nobody knows`),
    ...orders.filter(({ status }) => status === 'paying').map(({ _id }) => `order ${_id} stays paying`),
    ...orders
      .filter(({ payment }) => payment && statusOf.get(payment.transactionId) !== 'settled')
      .map(({ _id }) => `order ${_id} is paid by nothing`),
    ...client.told
      .filter(({ transactionId, status }) => statusOf.get(transactionId) !== status)
      .map(({ transactionId: id, status }) => `the terminal was told ${status} of ${id}, it is ${statusOf.get(id)}`),
    ...(isFaultless ? unpaid(client.honest, orderOf) : []),
  ];
};

/** @param {any} transaction @param {any} entry @param {any} order */
const bookedProblems = ({ _id, status, orderId, journalEntryId }, entry, order) => {
  if ((status === 'settled') !== (entry !== undefined)) return [`${_id} is ${status}, its entry is ${entry?._id}`];
  if (!entry) return [];
  const [movement] = entry.postings;
  const problems = [];
  if (entry._id !== journalEntryId) problems.push(`${_id} names another entry than the journal`);
  if (order?.payment?.transactionId !== _id) problems.push(`order ${orderId} does not know that it is paid`);
  if (order && amountOf(movement) !== amountOf(order)) problems.push(`${_id} books another amount`);
  if (order && !movement.credit.endsWith(order.payeeId)) problems.push(`${_id} pays somebody else`);
  return problems;
};

/** @param {readonly string[]} honest @param {Map<string, any>} orderOf */
const unpaid = (honest, orderOf) =>
  honest
    .filter((id) => OPEN_ORDERS.includes(orderOf.get(id)?.status) || orderOf.get(id)?.status === 'expired')
    // All share a few test cards: in a large crowd three wrong PINs of others may come in a row.
    .filter((id) => orderOf.get(id)?.lastFailure?.reasonCode !== 'RISK.CARD_BLOCKED')
    .map((id) => `order ${id} was paid honestly, without a fault, and is ${orderOf.get(id)?.status}`);

/** I6: one key of a terminal serves one transaction. @param {Seen} seen */
export const keyProblems = ({ client, assessments }) => {
  const assessed = new Set(assessments.map(({ _id }) => _id));
  const used = client.accepted.filter(({ transactionId }) => assessed.has(transactionId));
  return [...Map.groupBy(used, ({ terminalId, ksn }) => `${terminalId} ${ksn}`)]
    .filter(([, group]) => new Set(group.map(({ transactionId }) => transactionId)).size > 1)
    .map(([key]) => `a key was used again and reached risk: ${key}`);
};
