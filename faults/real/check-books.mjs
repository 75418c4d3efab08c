/** @typedef {import('./checker.mjs').Seen} Seen */

/** Asset accounts grow by debits, the others by credits. @param {string} account @param {'debit' | 'credit'} side */
const sign = (account, side) => (account.startsWith('asset:') === (side === 'debit') ? 1n : -1n);

/** @param {any} long a Long of the driver */
export const big = (long) => BigInt(String(long));

/**
 * The journal alone: each entry moves more than zero between two accounts in one currency, so debits equal credits.
 * @param {any[]} entries @returns {string[]}
 */
export const journalProblems = (entries) => {
  const problems = [];
  /** @type {Map<string, bigint>} */
  const sums = new Map();
  for (const { _id, postings } of entries) {
    if (postings.length === 0) problems.push(`entry ${_id} has no posting`);
    for (const { debit, credit, amountMinor, currency } of postings) {
      if (big(amountMinor) <= 0n || debit === credit) problems.push(`entry ${_id} moves nothing`);
      const add = (/** @type {string} */ kind, /** @type {bigint} */ amount) =>
        sums.set(`${kind} ${currency}`, (sums.get(`${kind} ${currency}`) ?? 0n) + amount);
      for (const [account, side] of /** @type {const} */ ([
        [debit, 'debit'],
        [credit, 'credit'],
      ])) {
        add(account.startsWith('asset:') ? 'assets' : 'liabilities', sign(account, side) * big(amountMinor));
      }
    }
  }
  for (const [key, sum] of sums) {
    const [kind, currency] = key.split(' ');
    if (kind === 'assets' && sum !== (sums.get(`liabilities ${currency}`) ?? 0n)) {
      problems.push(`assets and liabilities in ${currency} differ`);
    }
  }
  return problems;
};

/** @param {Seen} seen */
const balanceProblems = ({ entries, balances }) => {
  /** @type {Map<string, bigint>} */
  const sums = new Map();
  for (const { postings } of entries) {
    for (const { debit, credit, amountMinor, currency } of postings) {
      for (const [account, side] of /** @type {const} */ ([
        [debit, 'debit'],
        [credit, 'credit'],
      ])) {
        const key = `${account}|${currency}`;
        sums.set(key, (sums.get(key) ?? 0n) + sign(account, side) * big(amountMinor));
      }
    }
  }
  const known = new Map(balances.map(({ _id, postedMinor }) => [String(_id), big(postedMinor)]));
  return [...new Set([...sums.keys(), ...known.keys()])]
    .filter((key) => (sums.get(key) ?? 0n) !== (known.get(key) ?? 0n))
    .map((key) => `balance ${key} is ${known.get(key) ?? 0n}, its postings give ${sums.get(key) ?? 0n}`);
};

/**
 * I1: debits equal credits; I3: one settlement at most for a transaction and for an order, refunds within the capture.
 * @param {Seen} seen
 */
export const bookProblems = (seen) => {
  const settles = seen.entries.filter(({ reason }) => reason === 'settlement');
  const twice = (/** @type {'transactionId' | 'orderId'} */ field) =>
    [...Map.groupBy(settles, (entry) => entry[field])].flatMap(([id, group]) =>
      group.length > 1 ? [`${id} is settled ${group.length} times`] : [],
    );
  return {
    I1: [...journalProblems(seen.entries), ...balanceProblems(seen)],
    I3: [...twice('transactionId'), ...twice('orderId'), ...overRefunded(seen.entries)],
  };
};

/** @param {any[]} entries */
const overRefunded = (entries) => {
  const sumOf = (/** @type {any[]} */ group) =>
    group.flatMap(({ postings }) => postings).reduce((sum, { amountMinor }) => sum + big(amountMinor), 0n);
  return [
    ...Map.groupBy(
      entries.filter(({ orderId }) => orderId),
      ({ orderId }) => orderId,
    ),
  ].flatMap(([id, group]) => {
    const captured = sumOf(group.filter(({ reason }) => reason === 'settlement'));
    const refunded = sumOf(group.filter(({ reason }) => reason === 'refund'));
    return refunded > captured ? [`order ${id} is refunded ${refunded} of ${captured}`] : [];
  });
};
