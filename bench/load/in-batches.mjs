/** @typedef {{ count: number, size: number }} Amounts */

/** As many partitions as a consumer of packages/service-kit works on at once. */
const WORKERS = 4;

/**
 * Works through the list in batches, four at a time.
 * @template T
 * @param {readonly T[]} items @param {number} size @param {(batch: readonly T[]) => Promise<unknown>} work
 */
export const inBatches = async (items, size, work) => {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const from = next;
      next += size;
      await work(items.slice(from, from + size));
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
};

/**
 * A rate by the clock, and this process's CPU for each unit.
 * @param {number} count @param {() => Promise<unknown>} work
 * @returns {Promise<import('../pairs.mjs').Sample>}
 */
export const timed = async (count, work) => {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { value: count / seconds, cpuMs: (user + system) / 1_000 / count };
};
