import { big } from './check-books.mjs';
import { decoded, placeOf } from './wire.mjs';

/** @typedef {import('./checker.mjs').Seen} Seen */
/**
 * @typedef {object} Client what the other side has seen
 * @property {import('./load.mjs').Paying[]} log
 * @property {import('./terminal.mjs').CampaignTerminal[]} terminals
 * @property {Map<string, Set<string>>} webhooks
 */

export const FINAL = ['settled', 'declined', 'rejected', 'reversed'];

const SUBMITTED = 'transactions.transaction-submitted.v1';

/** I2: exactly one final state, for ever. @param {Seen} seen @param {import('./watch.mjs').Watch} watch */
const finalProblems = ({ transactions }, watch) => [
  ...[...transactions.values()]
    .filter(({ status }) => !FINAL.includes(status))
    .map(({ _id, status }) => `transaction ${_id} is ${status}`),
  ...watch.problems,
];

/**
 * I4: what a client has a 202 for is there; what it was told to be settled is in the journal.
 * @param {Seen} seen @param {Client} client
 */
const lossProblems = ({ transactions, entries }, { log }) => {
  const settled = new Set(
    entries.filter(({ reason }) => reason === 'settlement').map(({ transactionId }) => transactionId),
  );
  return log.flatMap(({ acks, told }) => [
    ...acks.filter(({ id }) => !transactions.has(id)).map(({ id }) => `acknowledged ${id} is gone`),
    ...(told.includes('settled') && !acks.some(({ id }) => settled.has(id))
      ? [`${acks[0]?.id} was told as settled and is not in the journal`]
      : []),
  ]);
};

/**
 * I5: terminal, push, webhook, order, transaction and journal say the same.
 * @param {Seen} seen @param {Client} client
 */
const agreementProblems = (seen, client) => {
  const { transactions, orders, entries } = seen;
  const problems = [];
  const entryOf = new Map(entries.map((entry) => [String(entry._id), entry]));
  for (const transaction of transactions.values()) problems.push(...disagreements(transaction, entryOf, orders));
  for (const { acks, told } of client.log) {
    const ids = new Set(acks.map(({ id }) => id));
    if (ids.size > 1) problems.push(`the same bytes were acknowledged as ${[...ids].join(' and ')}`);
    const status = transactions.get([...ids][0] ?? '')?.status;
    for (const each of told) if (each !== status) problems.push(`${[...ids][0]} was told as ${each} and is ${status}`);
  }
  for (const { pushed } of client.terminals) {
    for (const [id, told] of pushed) {
      const status = transactions.get(id)?.status;
      for (const each of told) if (each !== status) problems.push(`${id} was pushed as ${each} and is ${status}`);
    }
  }
  const billed = new Set(seen.deliveries.filter(isBill).map(({ orderId }) => orderId));
  for (const order of orders.values()) problems.push(...orderProblems(order, seen, client, billed));
  return problems;
};

/** @param {any} transaction @param {Map<string, any>} entryOf @param {Map<string, any>} orders */
const disagreements = ({ _id, status, orderId, amountMinor }, entryOf, orders) => {
  const entry = entryOf.get(`${_id}:settle`);
  const order = orders.get(orderId);
  if (status !== 'settled') return entry ? [`${_id} is ${status} and in the journal`] : [];
  if (!entry) return [`${_id} is settled and not in the journal`];
  const booked = big(entry.postings[0].amountMinor);
  return [
    ...(booked === big(amountMinor) && booked === big(order?.amountMinor ?? -1)
      ? []
      : [`${_id} is booked with another amount`]),
    ...(order?.payment?.transactionId === _id ? [] : [`order ${orderId} does not know that ${_id} paid it`]),
  ];
};

const isBill = (/** @type {any} */ { eventType, channel, status }) =>
  eventType === 'order.paid' && channel === 'email' && status === 'delivered';

/** @param {any} order @param {Seen} seen @param {Client} client @param {Set<string>} billed order ids */
const orderProblems = (order, { transactions }, { webhooks }, billed) => {
  const { _id, status, payment, merchantId } = order;
  const isPaid = transactions.get(payment?.transactionId)?.status === 'settled';
  if (payment && !isPaid) return [`order ${_id} is ${status} by a transaction that is not settled`];
  if (webhooks.has(_id) && !isPaid) return [`order ${_id} was told as paid and is ${status}`];
  return isPaid && merchantId ? newsProblems(_id, billed.has(_id), webhooks.get(_id)) : [];
};

/** @param {string} id of a paid order @param {boolean} isBilled @param {Set<string> | undefined} told */
const newsProblems = (id, isBilled, told) => [
  ...(told ? [] : [`the shop was never told that order ${id} is paid`]),
  ...(told && told.size > 1 ? [`order ${id} was told as paid under two delivery ids`] : []),
  ...(isBilled ? [] : [`no bill for order ${id}`]),
];

/**
 * I6: one envelope is one transaction of one terminal; a replayed KSN never reaches risk.
 * @param {Seen} seen @param {Map<string, string>} poison
 */
const replayProblems = ({ records, transactions, assessments, authorizations }, poison) => {
  const problems = [];
  /** @type {Map<string, Set<string>>} */
  const byKsn = new Map();
  for (const record of records.filter((each) => each.topic === SUBMITTED && !poison.has(placeOf(each)))) {
    const { transactionId, terminalId, envelope } = decoded(record) ?? {};
    const stored = transactions.get(transactionId);
    if (stored && stored.terminalId !== terminalId) problems.push(`${transactionId} came from another terminal`);
    if (!stored || !assessments.has(transactionId)) continue;
    const ksn = Buffer.from(envelope?.ksn ?? []).toString('hex');
    byKsn.set(ksn, (byKsn.get(ksn) ?? new Set()).add(transactionId));
  }
  for (const [ksn, ids] of byKsn) if (ids.size > 1) problems.push(`KSN ${ksn} reached risk ${ids.size} times`);
  return [...problems, ...issuerProblems(authorizations, transactions)];
};

/** What the issuer has taken from the cardholder is exactly what is settled. */
const issuerProblems = (/** @type {any[]} */ authorizations, /** @type {Map<string, any>} */ transactions) =>
  authorizations.flatMap(({ _id, state }) => {
    const status = transactions.get(String(_id))?.status;
    if ((state === 'approved') === (status === 'settled')) return [];
    return [`the issuer has ${_id} as ${state}, and it is ${status}`];
  });

/**
 * @param {Seen} seen @param {Client} client @param {import('./watch.mjs').Watch} watch
 * @param {Map<string, string>} poison
 */
export const transactionProblems = (seen, client, watch, poison) => ({
  I2: finalProblems(seen, watch),
  I4: lossProblems(seen, client),
  I5: agreementProblems(seen, client),
  I6: replayProblems(seen, poison),
});
