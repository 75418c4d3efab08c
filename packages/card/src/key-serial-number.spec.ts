import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { codeOf } from '../test/vectors.js';
import { KeySerialNumber, lowestOneBit, oneBits } from './key-serial-number.js';

const ID = '1234567890123456';
const at = (counter: number) => KeySerialNumber.of(ID, counter);
const validCounter = fc.integer({ min: 0, max: 0xffff0000 }).filter((counter) => oneBits(counter) <= 16);

describe('KeySerialNumber', () => {
  it('reads and writes 12 bytes, lower case', () => {
    const ksn = KeySerialNumber.parse('12345678ABCDEF9000845FED');
    expect(ksn.hex).toBe('12345678abcdef9000845fed');
    expect(ksn.initialKeyId).toBe('12345678abcdef90');
    expect(ksn.counter).toBe(8675309);
    expect([...ksn.bytes.slice(-4)]).toEqual([0x00, 0x84, 0x5f, 0xed]);
    expect(ksn.withCounter(0xffff0000).hex).toBe('12345678abcdef90ffff0000');
  });

  it('survives the trip through text for every counter', () => {
    fc.assert(fc.property(validCounter, (counter) => KeySerialNumber.parse(at(counter).hex).counter === counter));
  });

  it.each(['', '12', `${ID}0000000`, `${ID}000000001`, `${ID}0000000g`, `${ID}0001ffff`, `${ID}ffffffff`])(
    'refuses %j',
    (hex) => expect(codeOf(() => KeySerialNumber.parse(hex))).toBe('CARD.KSN_INVALID'),
  );

  it.each([-1, 1.5, NaN, 2 ** 32, 0x1ffff])('refuses the counter %p', (counter) => {
    expect(codeOf(() => at(counter))).toBe('CARD.KSN_INVALID');
  });

  it('counts one by one up to 16 ones and skips every counter with more', () => {
    expect([0, 1, 7, 0x1fffd, 0x1fffe, 0x20000].map((counter) => at(counter).next().counter)).toEqual([
      1, 2, 8, 0x1fffe, 0x20000, 0x20001,
    ]);
    expect([0xfffe2000, 0xfffe4000, 0xfffe8000].map((counter) => at(counter).next().counter)).toEqual([
      0xfffe4000, 0xfffe8000, 0xffff0000,
    ]);
  });

  it('leaves out no counter that has 16 ones or fewer', () => {
    fc.assert(
      fc.property(
        validCounter.filter((counter) => counter < 0xffff0000),
        (counter) => {
          const next = at(counter).next().counter;
          expect(next).toBeGreaterThan(counter);
          expect(oneBits(next)).toBeLessThanOrEqual(16);
          for (let skipped = counter + 1; skipped < Math.min(next, counter + 5000); skipped++) {
            expect(oneBits(skipped)).toBeGreaterThan(16);
          }
        },
      ),
    );
  });

  it('is exhausted after FFFF0000', () => {
    expect(codeOf(() => at(0xffff0000).next())).toBe('CARD.KEY_EXHAUSTED');
  });

  it('finds the lowest one bit in all 32 positions', () => {
    for (let bit = 0; bit < 32; bit++) expect(lowestOneBit(2 ** bit)).toBe(bit);
    expect(lowestOneBit(0xffff0000)).toBe(16);
  });
});
