import { describe, expect, it } from '@jest/globals';
import { codeOf, vectors } from '../test/vectors.js';
import { brandOf } from './brand.js';
import { Pan } from './pan.js';

const { valid, invalid } = vectors('pan') as {
  valid: { pan: string; bin: string; last4: string; brand: string }[];
  invalid: string[];
};

describe('Pan', () => {
  it.each(valid)('reads the $brand number of BIN $bin', ({ pan: digits, bin, last4, brand }) => {
    const pan = Pan.parse(digits);
    expect([pan.bin, pan.last4, brandOf(pan.bin)]).toEqual([bin, last4, brand]);
    expect(pan.masked).toMatch(/^[0-9]{6,8}\*+[0-9]{4}$/);
    expect(pan.masked).toHaveLength(digits.length);
    expect(pan.reveal('test')).toBe(digits);
  });

  it.each(invalid)('refuses %j', (text) => expect(codeOf(() => Pan.parse(text))).toBe('CARD.PAN_INVALID'));

  it('refuses what is not text', () => {
    for (const value of [undefined, null, 4111, {}]) {
      expect(codeOf(() => Pan.parse(value as unknown as string))).toBe('CARD.PAN_INVALID');
    }
  });

  it('finds a single wrong digit wherever it is', () => {
    for (const { pan } of valid) {
      for (let at = 0; at < pan.length; at++) {
        const wrong = `${pan.slice(0, at)}${(Number(pan[at]) + 1) % 10}${pan.slice(at + 1)}`;
        expect(codeOf(() => Pan.parse(wrong))).toBe('CARD.PAN_INVALID');
      }
    }
  });
});

describe('brandOf', () => {
  it('knows the edges of the Mastercard 2-series', () => {
    const brands = ['222099', '222100', '272099', '272100', '509999', '510000', '559999', '560000'].map(brandOf);
    const [no, yes] = ['unknown', 'mastercard'];
    expect(brands).toEqual([no, yes, yes, no, no, yes, yes, no]);
  });

  it('does not guess from fewer than six digits', () => {
    expect(['', '4', '62000', 'abcdef'].map(brandOf)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  });
});
