const queues = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while nobody else does under the same name: in this process, and by Web Locks in all pages and workers of
 * the origin. A runtime without Web Locks has one page only, so its own queue is enough.
 */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  if (locks) return (await locks.request(`openswipe:${name}`, work)) as T;
  const before = queues.get(name) ?? Promise.resolve();
  const result = before.then(work, work);
  queues.set(
    name,
    result.catch(() => undefined),
  );
  return result;
}
