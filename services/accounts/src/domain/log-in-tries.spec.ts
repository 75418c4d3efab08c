import { describe, expect, it } from '@jest/globals';
import { ACCOUNT_LIMIT, type LogInTry, admitTry } from './log-in-tries.js';

const at = (second: number): LogInTry => ({ id: String(second), at: new Date(second * 1_000) });

describe('the limit of tries', () => {
  it('admits five in a minute and says when the sixth may come', () => {
    const five = [0, 1, 2, 3, 4].map(at);
    expect(admitTry(five.slice(0, 4), at(5), ACCOUNT_LIMIT)).toMatchObject({ admitted: true });
    expect(admitTry(five, at(10), ACCOUNT_LIMIT)).toEqual({ admitted: false, retryAfterSeconds: 50 });
  });

  it('slides: never more than five in any minute', () => {
    const kept = [0, 50, 51, 52, 53].map(at);
    const first = admitTry(kept, at(60), ACCOUNT_LIMIT);
    expect(first).toEqual({ admitted: true, tries: [...kept.slice(1), at(60)] });
    expect(admitTry([...kept.slice(1), at(60)], at(61), ACCOUNT_LIMIT)).toMatchObject({ admitted: false });
  });
});
