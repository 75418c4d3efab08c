import { describe, expect, it } from '@jest/globals';
import { type BoundMobile, boundMobileOf, removeMobile, sendCode, tryCode } from './mobile-binding.js';
import { writeMobileMessage } from './mobile-message.js';

const NOW = new Date('2026-03-01T08:00:00Z');
const after = (ms: number): Date => new Date(NOW.getTime() + ms);
const NOBODY = boundMobileOf({});
const sent = (from: BoundMobile = NOBODY, mobile = '+861', hash = 'right') => sendCode(from, mobile, hash, NOW);

describe('binding a mobile number', () => {
  it('shows a number that waits for its code, and binds it by the code', () => {
    expect(sent()).toMatchObject({ mobile: '+861', binding: { confirmed: false, revision: 1 } });
    const { verdict, after: bound } = tryCode(sent(), 'right', after(1_000));
    expect(verdict).toBe('confirmed');
    expect(bound).toMatchObject({ mobile: '+861', binding: { confirmed: true, revision: 2 } });
  });

  it('keeps a confirmed number until the next one is confirmed', () => {
    const bound = tryCode(sent(), 'right', NOW).after;
    const changing = sent(bound, '+862', 'other');
    expect(changing).toMatchObject({ mobile: '+861', binding: { confirmed: true } });
    expect(tryCode(changing, 'right', NOW).verdict).toBe('wrong');
    expect(tryCode(changing, 'other', NOW).after).toMatchObject({ mobile: '+862', binding: { confirmed: true } });
  });

  it('counts five wrong codes down and then listens no more', () => {
    let bound = sent();
    for (const left of [4, 3, 2, 1, 0]) {
      const tried = tryCode(bound, 'wrong', NOW);
      expect(tried).toMatchObject({ verdict: 'wrong', after: { binding: { code: { triesLeft: left } } } });
      bound = tried.after;
    }
    expect(tryCode(bound, 'right', NOW)).toEqual({ verdict: 'expired', after: bound });
  });

  it('holds a code for ten minutes, one use, and its repetition', () => {
    expect(tryCode(sent(), 'right', after(599_999)).verdict).toBe('confirmed');
    expect(tryCode(sent(), 'right', after(600_000)).verdict).toBe('expired');
    const used = tryCode(sent(), 'right', NOW).after;
    expect(tryCode(used, 'right', NOW)).toEqual({ verdict: 'repeated', after: used });
    expect(tryCode(used, 'wrong', NOW)).toEqual({ verdict: 'expired', after: used });
    expect(tryCode(NOBODY, 'right', NOW).verdict).toBe('expired');
  });

  it('removes number and code', () => {
    const removed = removeMobile(tryCode(sent(), 'right', NOW).after);
    expect(removed).toEqual({ binding: { confirmed: false, revision: 3 } });
    expect(tryCode(removed, 'right', NOW).verdict).toBe('expired');
  });

  it.each(['en', 'zh-CN'] as const)('sends the code in %s', (locale) => {
    expect(writeMobileMessage('012345', locale)).toMatch(/\b012345\b/);
  });
});
