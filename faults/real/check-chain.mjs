import { createHash } from 'node:crypto';
import { big } from './check-books.mjs';

const CHAINS = 12;

/** A link's hash covers its place, its predecessor and every field of the entry. @param {any} entry */
const canonical = ({ _id, reason, transactionId, orderId, postings, postedAt }) =>
  JSON.stringify([
    _id,
    reason,
    transactionId,
    orderId,
    postings.map((/** @type {any} */ { debit, credit, amountMinor, currency }) => [
      debit,
      credit,
      String(big(amountMinor)),
      currency,
    ]),
    postedAt.toISOString(),
  ]);

const sha256 = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex');

/**
 * I8: every entry has exactly one place in one chain, no chain has a gap, and each hash can be computed again.
 * @param {import('./checker.mjs').Seen} seen @returns {string[]}
 */
export const chainProblems = ({ entries, links, heads }) => {
  const problems = [];
  const entryById = new Map(entries.map((entry) => [String(entry._id), entry]));
  const placed = new Set(links.map(({ entryId }) => entryId));
  if (placed.size !== links.length) problems.push(`${links.length - placed.size} entries have two places`);
  for (const { _id } of entries) if (!placed.has(_id)) problems.push(`entry ${_id} has no place in a chain`);
  for (let partition = 0; partition < CHAINS; partition += 1) {
    const chain = links.filter((link) => Number(link.partition) === partition);
    chain.sort((one, other) => Number(one.sequence) - Number(other.sequence));
    let previous = '0'.repeat(64);
    chain.forEach(({ sequence, entryId, previousHash, hash }, at) => {
      const entry = entryById.get(entryId);
      if (Number(sequence) !== at + 1) problems.push(`chain ${partition} has a gap before ${sequence}`);
      if (previousHash !== previous) problems.push(`link ${partition}:${sequence} does not follow its predecessor`);
      if (!entry || sha256(`${partition}:${sequence}\n${previousHash}\n${canonical(entry)}`) !== hash) {
        problems.push(`link ${partition}:${sequence} does not fit entry ${entryId}`);
      }
      previous = hash;
    });
    const head = Number(heads.get(String(partition))?.sequence ?? 0);
    if (head !== chain.length) problems.push(`chain ${partition} has ${chain.length} links, its head says ${head}`);
  }
  return problems;
};
