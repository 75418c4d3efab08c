import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
const PATIENCE_MS = 120_000;

/**
 * Waits until the count is reached; gives the time at which it was.
 * @param {() => Promise<number>} count
 * @param {number} wanted
 */
export const until = async (count, wanted) => {
  for (const end = Date.now() + PATIENCE_MS; ; await delay(POLL_MS)) {
    const seen = await count();
    if (seen >= wanted) return performance.now();
    if (Date.now() > end) throw new Error(`only ${seen} of ${wanted} came through in two minutes`);
  }
};
