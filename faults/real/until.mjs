import { setTimeout as delay } from 'node:timers/promises';

/** A condition did not come to hold. */
export class NotInTime extends Error {}

/**
 * Asks until there is an answer; an error of a question counts as no answer.
 * @template T
 * @param {string} what
 * @param {() => Promise<T | undefined>} ask
 * @param {number} limitMs
 * @param {number} [everyMs]
 * @returns {Promise<T>}
 */
export const until = async (what, ask, limitMs, everyMs = 50) => {
  /** @type {unknown} */
  let last;
  for (const end = Date.now() + limitMs; ; await delay(everyMs)) {
    const found = await ask().catch((fault) => void (last = fault));
    if (found !== undefined) return found;
    if (Date.now() > end) throw new NotInTime(`not within ${limitMs / 1_000} s: ${what}`, { cause: last });
  }
};
