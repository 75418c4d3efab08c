import { deadLetterTopicOf } from '@openswipe/contracts';
import { CONSUMPTIONS, decoded, placeOf } from './wire.mjs';

/**
 * What each record must have led to.
 * @type {Record<string, (value: any, seen: import('./checker.mjs').Seen & { booked: Set<string> }) => boolean>}
 */
const EFFECTS = {
  'transactions.transaction-submitted.v1': ({ transactionId }, { transactions }) => transactions.has(transactionId),
  'transactions.transaction-verified.v1': ({ transactionId }, { assessments }) => assessments.has(transactionId),
  'risk.transaction-assessed.v1': ({ transactionId, outcome }, { booked, transactions }) =>
    outcome?.$case === 'approved' ? booked.has(`${transactionId}:settle`) : transactions.has(transactionId),
  'ledger.entry-posted.v1': ({ entry }, { booked }) => booked.has(entry?.id),
  'transactions.transaction-concluded.v1': ({ transaction }, { transactions }) => transactions.has(transaction?.id),
  'orders.order-changed.v1': ({ order }, { orders }) => orders.has(order?.id),
};

/**
 * I7: every record had its effect or is a dead letter with a reason, and nothing else is a dead letter.
 * @param {import('./checker.mjs').Seen} seen
 * @param {Map<string, 'must' | 'may'>} poison whether the record at a place belongs into each group's dead letters
 * @returns {string[]}
 */
export const messageProblems = (seen, poison) => {
  const problems = [];
  const buried = new Set();
  for (const { topic, headers } of seen.records.filter((record) => record.topic.endsWith('.dlt'))) {
    const { 'dead-letter-origin': origin = 'nowhere', 'dead-letter-reason': reason } = headers;
    buried.add(`${topic} ${origin}`);
    if (!reason) problems.push(`a letter in ${topic} has no reason`);
    if (!poison.has(origin)) problems.push(`${origin} is a dead letter: ${reason}`);
  }
  for (const { group, topic } of CONSUMPTIONS) {
    for (const [place, duty] of poison) {
      if (duty === 'may' || !place.startsWith(`${topic}/`)) continue;
      if (!buried.has(`${deadLetterTopicOf(topic, group)} ${place}`)) problems.push(`${group} did not bury ${place}`);
    }
  }
  return [...problems, ...withoutEffect(seen, poison)];
};

/** @param {import('./checker.mjs').Seen} seen @param {Map<string, 'must' | 'may'>} poison */
const withoutEffect = (seen, poison) => {
  const all = { ...seen, booked: new Set(seen.entries.map(({ _id }) => String(_id))) };
  return seen.records.flatMap((record) => {
    const place = placeOf(record);
    const effect = EFFECTS[record.topic];
    if (!effect || poison.has(place)) return [];
    const value = decoded(record);
    return value && effect(value, all) ? [] : [`the record at ${place} had no effect`];
  });
};
