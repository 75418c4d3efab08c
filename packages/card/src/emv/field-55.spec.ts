import { describe, expect, it } from '@jest/globals';
import { bytes, codeOf } from '../../test/vectors.js';
import { formatField55, isForFee, parseField55 } from './field-55.js';

describe('field 55', () => {
  it('comes back as it went in, without the values that there are not', () => {
    const values: Record<string, string> = { '9f26': '0102030405060708', '9f36': '0001' };
    const text = formatField55((tag) => (values[tag] === undefined ? undefined : bytes(values[tag])));
    expect(text.reveal('compare')).toBe('9f260801020304050607089f36020001');
    expect(Object.fromEntries(parseField55(text.reveal('parse')))).toEqual({
      '9f26': bytes('0102030405060708'),
      '9f36': bytes('0001'),
    });
  });

  it('is for a purchase of one amount in one currency', () => {
    const rest = '9f02060000000128505f2a0201569f0306000000000000';
    const values = parseField55(`${rest}9c0100`);
    expect(isForFee(values, { amountMinor: '12850', currency: 'CNY' })).toBe(true);
    expect(isForFee(values, { amountMinor: '12851', currency: 'CNY' })).toBe(false);
    expect(isForFee(values, { amountMinor: '12850', currency: 'EUR' })).toBe(false);
    expect(isForFee(parseField55(`${rest}9c0120`), { amountMinor: '12850', currency: 'CNY' })).toBe(false);
    expect(isForFee(parseField55(''), { amountMinor: '0', currency: 'CNY' })).toBe(false);
  });

  it.each(['9f', '9f3602', '5a020102', '9f360200019f36020001', '9f36020001'.repeat(60), 'zz', '9f3602000'])(
    'refuses %s',
    (text) => {
      expect(codeOf(() => parseField55(text))).toBe('CARD.EMV_FIELD_55_INVALID');
    },
  );
});
