import { createHash } from 'node:crypto';
import { big } from './values.mjs';

/** @typedef {import('./invariants.mjs').Seen} Seen */

const sideOf = (/** @type {string} */ account) => (account.startsWith('asset:') ? 'debit' : 'credit');

/** Sums by account and currency, each on its normal side. @param {Seen['entries']} entries */
const sums = (entries) => {
  /** @type {Map<string, bigint>} */
  const all = new Map();
  for (const { postings } of entries) {
    for (const { debit, credit, amountMinor, currency } of postings) {
      for (const [account, side] of [
        [debit, 'debit'],
        [credit, 'credit'],
      ]) {
        const key = `${account}|${currency}`;
        const signed = sideOf(account) === side ? big(amountMinor) : -big(amountMinor);
        all.set(key, (all.get(key) ?? 0n) + signed);
      }
    }
  }
  return all;
};

/**
 * I1: each entry moves more than zero between two accounts; debits equal credits in each currency.
 * @param {Seen} seen
 */
export const journalProblems = ({ entries, balances }) => {
  const problems = entries
    .filter(
      ({ postings }) =>
        postings.length === 0 ||
        postings.some(
          (/** @type {any} */ { debit, credit, amountMinor, currency }) =>
            !debit || !credit || !currency || debit === credit || big(amountMinor) <= 0n,
        ),
    )
    .map(({ _id }) => `entry ${_id} does not balance`);
  for (const [what, all] of [
    ['the journal', sums(entries)],
    ['the balances', new Map(balances.map(({ _id, postedMinor }) => [String(_id), big(postedMinor)]))],
  ]) {
    /** @type {Map<string, bigint>} */
    const byCurrency = new Map();
    for (const [key, sum] of /** @type {Map<string, bigint>} */ (all)) {
      const [account = '', currency = ''] = key.split('|');
      const signed = sideOf(account) === 'debit' ? sum : -sum;
      byCurrency.set(currency, (byCurrency.get(currency) ?? 0n) + signed);
    }
    for (const [currency, sum] of byCurrency) {
      if (sum !== 0n) problems.push(`debits and credits of ${what} in ${currency} differ by ${sum}`);
    }
  }
  return problems;
};

/** I8: a balance is the sum of its postings, and nobody has less than nothing. @param {Seen} seen */
export const balanceProblems = ({ entries, balances }) => {
  const wanted = sums(entries);
  const known = new Map(balances.map(({ _id, postedMinor }) => [String(_id), big(postedMinor)]));
  return [...new Set([...wanted.keys(), ...known.keys()])].flatMap((key) => {
    const is = known.get(key) ?? 0n;
    const should = wanted.get(key) ?? 0n;
    if (is !== should) return [`balance ${key} is ${is}, its postings give ${should}`];
    return is < 0n && !key.startsWith('asset:bank-clearing') ? [`balance ${key} is ${is}`] : [];
  });
};

/** I8: every entry has its one place in an unbroken chain. @param {Seen} seen */
export const chainProblems = ({ entries, links }) => {
  const byId = new Map(entries.map((entry) => [entry['_id'], entry]));
  const problems = [];
  for (const [partition, chain] of Map.groupBy(links, (link) => Number(link['partition']))) {
    let previousHash = '0'.repeat(64);
    for (const [at, link] of chain.toSorted((one, other) => one['sequence'] - other['sequence']).entries()) {
      const place = `link ${partition}:${link['sequence']}`;
      const entry = byId.get(link['entryId']);
      if (Number(link['sequence']) !== at + 1) problems.push(`${place} comes after a gap`);
      if (link['previousHash'] !== previousHash) problems.push(`${place} does not follow the link before it`);
      if (!entry) problems.push(`${place} has no entry`);
      else if (hashOf(partition, link, entry) !== link['hash']) problems.push(`${place} does not fit its entry`);
      previousHash = link['hash'];
    }
  }
  const linked = new Set(links.map(({ entryId }) => entryId));
  const loose = entries.filter(({ _id }) => !linked.has(_id)).map(({ _id }) => `entry ${_id} is not in the chain`);
  if (linked.size !== links.length) problems.push('an entry is in the chain twice');
  return [...problems, ...loose];
};

/** @param {number} partition @param {any} link @param {any} entry */
const hashOf = (partition, { sequence, previousHash }, { _id, reason, transactionId, orderId, postings, postedAt }) => {
  const movements = postings.map((/** @type {any} */ { debit, credit, amountMinor, currency }) => [
    debit,
    credit,
    String(amountMinor),
    currency,
  ]);
  const canonical = JSON.stringify([_id, reason, transactionId, orderId, movements, postedAt.toISOString()]);
  return createHash('sha256').update(`${partition}:${sequence}\n${previousHash}\n${canonical}`).digest('hex');
};

/** I3: the issuer's money stands behind each settlement, once, and behind nothing else. @param {Seen} seen */
export const issuerProblems = ({ authorizations, transactions, limits, dailyLimitMinor }) => {
  const statusOf = new Map(transactions.map(({ _id, status }) => [_id, status]));
  const problems = [];
  /** @type {Map<string, bigint>} */
  const taken = new Map();
  for (const { _id, state, hold, amountMinor } of authorizations) {
    const status = statusOf.get(_id);
    if (state === 'approved' && status !== 'settled') {
      problems.push(`the issuer holds money for ${_id}, which is ${status}`);
    }
    if (state !== 'approved' && status === 'settled') problems.push(`${_id} is settled, the issuer says ${state}`);
    if (state === 'approved') taken.set(hold.limitId, (taken.get(hold.limitId) ?? 0n) + big(amountMinor));
  }
  for (const { _id, leftMinor, open } of limits) {
    const held = open.reduce((/** @type {bigint} */ sum, /** @type {any} */ one) => sum + big(one.amountMinor), 0n);
    // An open hold of an authorization that stands is counted there.
    const doubly = open
      .filter((/** @type {any} */ one) => authorizations.some(({ hold }) => hold?.holdId === one.holdId))
      .reduce((/** @type {bigint} */ sum, /** @type {any} */ one) => sum + big(one.amountMinor), 0n);
    const should = dailyLimitMinor - (taken.get(_id) ?? 0n) - held + doubly;
    if (big(leftMinor) !== should) problems.push(`limit ${_id} is ${leftMinor}, its authorizations leave ${should}`);
  }
  return problems;
};

/** I3: the bank gets each payout once, with the amount that left the payee's balance. @param {Seen} seen */
export const payoutProblems = ({ payouts, transfers, entries }) => {
  const sent = new Map(
    entries
      .filter(({ reason }) => reason === 'payout-sent')
      .map(({ _id, postings }) => [String(_id).split(':')[0], big(postings[0].amountMinor)]),
  );
  const known = new Set(payouts.map(({ _id }) => _id));
  return [
    ...transfers
      .filter(({ _id, amountMinor }) => sent.get(_id) !== big(amountMinor))
      .map(({ _id }) => `transfer ${_id} is not what left the balance`),
    ...[...sent.keys()].filter((id) => !known.has(id)).map((id) => `payout ${id} is booked and unknown`),
  ];
};
