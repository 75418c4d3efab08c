import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { Coalescer } from './coalescer.js';

describe('the coalescer', () => {
  it('runs together what comes together, and gives each its own output', async () => {
    const runs: (readonly number[])[] = [];
    const double = new Coalescer(async (items: readonly number[]) => {
      runs.push(items);
      return items.map((item) => item * 2);
    });
    expect(await Promise.all([1, 2, 3].map((item) => double.run(item)))).toEqual([2, 4, 6]);
    expect(await double.run(4)).toBe(8);
    expect(runs).toEqual([[1, 2, 3], [4]]);
  });

  it('fails those of a failed run, and none after it', async () => {
    let broken = true;
    const echo = new Coalescer(async (items: readonly number[]) => {
      if (broken) throw new Error('broken');
      return items;
    });
    const failed = await Promise.allSettled([echo.run(1), echo.run(2)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken = false;
    expect(await echo.run(3)).toBe(3);
  });

  it('runs together what comes while a run is under way', async () => {
    const { runs, echo } = heldEcho();
    const first = echo.run(1);
    await turn();
    const later = [echo.run(2), echo.run(3)];
    runs[0]?.end.resolve();
    await first;
    runs[1]?.end.resolve();
    await Promise.all(later);
    expect(runs.map(({ items }) => items)).toEqual([[1], [2, 3]]);
  });

  it('keeps a run within its size, in order; what is larger goes alone', async () => {
    const runs: (readonly number[])[] = [];
    const echo = new Coalescer(
      async (items: readonly number[]) => (runs.push(items), items),
      10,
      (item) => item,
    );
    await Promise.all([4, 6, 1, 20, 3].map((item) => echo.run(item)));
    expect(runs).toEqual([[4, 6], [1], [20], [3]]);
  });
});

/** Its runs end when they are told to. */
function heldEcho() {
  const runs: { readonly items: readonly number[]; readonly end: PromiseWithResolvers<void> }[] = [];
  const echo = new Coalescer(async (items: readonly number[]) => {
    const end = Promise.withResolvers<void>();
    runs.push({ items, end });
    await end.promise;
    return items;
  });
  return { runs, echo };
}
