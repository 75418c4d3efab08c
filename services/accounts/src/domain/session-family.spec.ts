import { describe, expect, it } from '@jest/globals';
import { type SessionFamily, judgeToken, rotate } from './session-family.js';

const start = new Date('2026-03-01T08:00:00Z');
const after = (ms: number): Date => new Date(start.getTime() + ms);
const fresh: SessionFamily = {
  id: 'ses_1',
  accountId: 'acc_1',
  currentHash: 'first',
  rotatedAt: start,
  expiresAt: after(30 * 24 * 3_600_000),
  revoked: false,
};

describe('a session family', () => {
  it('takes its current token', () => {
    expect(judgeToken(fresh, 'first', after(1))).toBe('current');
  });

  it('answers the last spent token again for a minute, then calls it reused', () => {
    const rotated = rotate(fresh, 'second', after(1_000));
    expect(judgeToken(rotated, 'second', after(1_000))).toBe('current');
    expect(judgeToken(rotated, 'first', after(61_000))).toBe('retry');
    expect(judgeToken(rotated, 'first', after(61_001))).toBe('reused');
  });

  it('calls a token before the last one reused, however soon it comes', () => {
    const twice = rotate(rotate(fresh, 'second', after(1)), 'third', after(2));
    expect(judgeToken(twice, 'first', after(3))).toBe('reused');
  });

  it('ends thirty days after the last refresh, and at once when revoked', () => {
    expect(judgeToken(fresh, 'first', fresh.expiresAt)).toBe('expired');
    expect(judgeToken({ ...fresh, revoked: true }, 'first', after(1))).toBe('revoked');
    expect(rotate(fresh, 'second', after(5)).expiresAt).toEqual(after(30 * 24 * 3_600_000 + 5));
  });
});
