import { describe, expect, it } from '@jest/globals';
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
});
