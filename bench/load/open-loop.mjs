import { setTimeout as delay } from 'node:timers/promises';

/**
 * Sends at intended times, whether or not earlier answers are in: a stall shows in every send that it held up (no
 * coordinated omission). Gives the intended times, `performance.now()`.
 * @param {number} count @param {number} perSecond @param {(index: number) => Promise<unknown>} send
 */
export const openLoop = async (count, perSecond, send) => {
  const start = performance.now() + 100;
  const intended = Array.from({ length: count }, (_, i) => start + (i * 1_000) / perSecond);
  /** @type {Promise<unknown>[]} */
  const sent = [];
  for (const [index, at] of intended.entries()) {
    const wait = at - performance.now();
    if (wait > 0) await delay(wait);
    sent.push(send(index));
  }
  await Promise.all(sent);
  return intended;
};
