import { deadLetterProblems, leakProblems, unreadProblems } from './check-messages.mjs';
import { balanceProblems, chainProblems, issuerProblems, journalProblems, payoutProblems } from './check-books.mjs';
import { clientProblems, finalProblems, keyProblems, orderProblems, settlementProblems } from './check-payments.mjs';
import { FINAL } from './values.mjs';

/** @typedef {Record<string, any>} Row */

/**
 * A system at rest as data: the documents of the services, the records of the topics, what the outside world knows.
 * @typedef {object} Seen
 * @property {Row[]} orders
 * @property {Row[]} transactions
 * @property {Row[]} assessments
 * @property {Row[]} authorizations the issuer's own bookings
 * @property {Row[]} limits what is left to spend with each card
 * @property {Row[]} entries the journal
 * @property {Row[]} balances
 * @property {Row[]} links of the hash chain
 * @property {Row[]} payouts
 * @property {Row[]} transfers the bank's own bookings
 * @property {readonly { collection: string, id: string, status: string }[]} history changes of statuses, in order
 * @property {readonly Row[]} records { topic, partition, offset, key, value, headers }
 * @property {readonly string[]} unread consumer groups that are behind
 * @property {readonly string[]} unsent collections with events that were not published
 * @property {readonly { origin: string, topic: string, groups: readonly string[] }[]} poison
 * @property {import('../sim/workload.mjs').ClientLog} client
 * @property {boolean} isDone the outside world has got all its answers
 * @property {bigint} dailyLimitMinor
 * @property {readonly string[]} secrets numbers of cards
 * @property {() => Iterable<[string, Uint8Array]>} bytes everything that is stored, with its place
 */

/**
 * Each promise of docs about money and messages, with what breaks it. Reads data alone.
 * @param {Seen} seen @param {{ isFaultless?: boolean, nowMs?: number }} [circumstances]
 */
export const verdict = (seen, { isFaultless = false } = {}) => {
  const problems = [
    ...named('I1', journalProblems(seen)),
    ...named('I2', finalProblems(seen)),
    ...named('I3', settlementProblems(seen)),
    ...named('I3', issuerProblems(seen)),
    ...named('I3', payoutProblems(seen)),
    ...named('I4', clientProblems(seen)),
    ...named('I5', orderProblems(seen, isFaultless)),
    ...named('I6', keyProblems(seen)),
    ...named('I7', [...unreadProblems(seen), ...deadLetterProblems(seen)]),
    ...named('I8', [...chainProblems(seen), ...balanceProblems(seen)]),
    ...named('I9', leakProblems(seen)),
  ];
  const { transactions, entries, client } = seen;
  const settled = new Set(entries.filter(({ reason }) => reason === 'settlement').map(({ orderId }) => orderId));
  const accepted = new Set(client.accepted.map(({ transactionId }) => transactionId));
  const known = new Map(transactions.map(({ _id, status }) => [_id, status]));
  const statuses = [...accepted].map((id) => known.get(id));
  return {
    problems,
    accepted: accepted.size,
    final: statuses.filter((status) => FINAL.includes(status)).length,
    lost: statuses.filter((status) => status === undefined).length,
    doubled: entries.filter(({ reason }) => reason === 'settlement').length - settled.size,
    unknown: transactions.filter(({ status }) => status === 'unknown').length,
    settled: settled.size,
    honestUnpaid: client.honest.filter((orderId) => !settled.has(orderId)).length,
  };
};

/** @param {string} name @param {readonly string[]} problems */
const named = (name, problems) => problems.map((problem) => `${name} ${problem}`);
