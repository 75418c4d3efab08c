import { describe, expect, it } from '@jest/globals';
import { clockIsWrong, watchClock } from './clock-watch.js';

describe('watchClock', () => {
  const given = Date.UTC(2026, 10, 25, 9);
  const accessTokenExpiresAt = new Date(given + 600_000).toISOString();

  it.each([
    ['right', 0, false],
    ['some minutes ahead', 9 * 60_000, false],
    ['a quarter of an hour ahead', 15 * 60_000, true],
    ['a day behind', -86_400_000, true],
    ['some minutes behind', -9 * 60_000, false],
  ])('a clock that is %s', (_what, offMs, wrong) => {
    watchClock({ accessTokenExpiresAt }, given + offMs);
    expect(clockIsWrong.value).toBe(wrong);
  });
});
