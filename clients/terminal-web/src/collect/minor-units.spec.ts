import { describe, expect, it } from '@jest/globals';
import { minorUnitsOf } from './minor-units.js';

describe('minorUnitsOf', () => {
  it.each([
    ['12.5', 'CNY', '1250'],
    ['12,50', 'EUR', '1250'],
    ['7', 'JPY', '7'],
    ['0.001', 'KWD', '1'],
    [' 3. ', 'USD', '300'],
  ] as const)('reads %s %s as %s', (text, currency, expected) => {
    expect(minorUnitsOf(text, currency)).toBe(expected);
  });

  it.each(['', '0', '-1', '1e3', '1.234', '12.5.0', '1234567890'])('takes %p for no amount', (text) => {
    expect(minorUnitsOf(text, 'CNY')).toBeUndefined();
  });
});
