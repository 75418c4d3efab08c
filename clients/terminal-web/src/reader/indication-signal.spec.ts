import { describe, expect, it } from '@jest/globals';
import { indicationSignal } from './indication-signal.js';

const DIGEST = '0123456789abcdef'.repeat(4);

describe('indicationSignal', () => {
  it('is made from the fee information alone', () => {
    expect(indicationSignal(DIGEST, { amountMinor: '1250', currency: 'CNY' })).toEqual({
      orderDigest: DIGEST,
      sessionId: '0123456789abcdef',
      amountMinor: '1250',
      currency: 'CNY',
      amount: '12.50',
    });
    expect(indicationSignal(DIGEST, { amountMinor: '1250', currency: 'JPY' }).amount).toBe('1250');
  });

  it.each([
    ['READER.INDICATION_INVALID', 'abc', '1250', 'CNY'],
    ['READER.INDICATION_INVALID', DIGEST.toUpperCase(), '1250', 'CNY'],
    ['READER.INDICATION_INVALID', DIGEST, '12.50', 'CNY'],
    ['READER.INDICATION_INVALID', DIGEST, '-1', 'CNY'],
    ['KERNEL.CURRENCY_UNKNOWN', DIGEST, '1250', 'XXX'],
  ])('refuses with %s what is no fee information', (code, digest, amountMinor, currency) => {
    expect(() => indicationSignal(digest, { amountMinor, currency })).toThrow(expect.objectContaining({ code }));
  });
});
