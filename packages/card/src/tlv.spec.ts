import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@openswipe/kernel';
import fc from 'fast-check';
import { bytes } from '../test/vectors.js';
import { concat, toHex, type Bytes } from './bytes.js';
import { encodeTlv, findTlv, parseTlv, type Tlv } from './tlv.js';

const invalid = expect.objectContaining({ code: 'CARD.TLV_INVALID' });

const octets = (maxLength: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ maxLength }).map((value) => Uint8Array.from(value));

/** Tags of one to four bytes as EMV Book 3 Annex B1 codes them. */
const tag = fc
  .tuple(
    fc.integer({ min: 1, max: 255 }),
    fc.array(fc.integer({ min: 0x80, max: 0xff }), { maxLength: 2 }),
    fc.nat(127),
  )
  .map(([first, middle, last]) =>
    toHex((first & 0x1f) === 0x1f ? Uint8Array.of(first, ...middle, last) : Uint8Array.of(first)),
  );

const isConstructed = (hex: string): boolean => (Number.parseInt(hex.slice(0, 2), 16) & 0x20) !== 0;

function encoded(depth: number): fc.Arbitrary<Bytes> {
  const inside = depth === 0 ? fc.constant(new Uint8Array(0)) : fc.array(encoded(depth - 1), { maxLength: 3 });
  return fc
    .tuple(tag, octets(300), inside)
    .map(([name, value, parts]) => encodeTlv(name, isConstructed(name) ? concat(...[parts].flat()) : value));
}

const again = (objects: readonly Tlv[]): Bytes =>
  concat(...objects.map(({ tag: name, value, children }) => encodeTlv(name, children ? again(children) : value)));

function nested(levels: number): Bytes {
  let value: Bytes = new Uint8Array(0);
  for (let level = 0; level < levels; level++) value = encodeTlv('e1', value);
  return value;
}

describe('parseTlv', () => {
  it('reads tags and lengths of every form, and keeps what it does not know', () => {
    const objects = parseTlv(bytes('5a021234' + '9f26080102030405060708' + 'dfdf59810155' + 'dfdfdf3700'));
    expect(objects.map((object) => [object.tag, toHex(object.value)])).toEqual([
      ['5a', '1234'],
      ['9f26', '0102030405060708'],
      ['dfdf59', '55'],
      ['dfdfdf37', ''],
    ]);
  });

  it('opens constructed objects and finds a tag at any depth', () => {
    const objects = parseTlv(bytes('f90afa0870065704' + '12345678'));
    expect(toHex(findTlv(objects, '57')?.value ?? bytes('00'))).toBe('12345678');
    expect(findTlv(objects, '5a')).toBeUndefined();
  });

  it('skips zero bytes between objects', () => {
    expect(parseTlv(bytes('00005a0112000000')).map((object) => object.tag)).toEqual(['5a']);
    expect(parseTlv(new Uint8Array(0))).toEqual([]);
  });

  it.each([
    ['a length that overruns', '5a0512'],
    ['a child that overruns its parent', 'e1035a0512'],
    ['the end inside a tag', '9f'],
    ['the end before a length', '5a'],
    ['the end inside a length', '5a82ff'],
    ['a length without end', '5a80120000'],
    ['a length of gigabytes', '5a84ffffffff12'],
    ['a tag without end', '9fffffffff01'],
  ])('refuses %s', (_what, hex) => {
    expect(() => parseTlv(bytes(hex))).toThrow(invalid);
  });

  it('refuses bombs: too deep, too many, too long', () => {
    expect(parseTlv(nested(8))).toHaveLength(1);
    expect(() => parseTlv(nested(9))).toThrow(invalid);
    expect(() => parseTlv(bytes('5a00'.repeat(1_025)))).toThrow(invalid);
    expect(() => parseTlv(new Uint8Array(16 * 1024 + 1))).toThrow(invalid);
  });

  it('never throws anything but its own error, whatever the bytes, and never quotes them', () => {
    fc.assert(
      fc.property(octets(400), (garbage) => {
        try {
          parseTlv(garbage);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
          expect((error as DomainError).code).toBe('CARD.TLV_INVALID');
          expect((error as DomainError).message.length).toBeLessThan(80);
        }
      }),
    );
  });

  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.array(encoded(3), { maxLength: 3 }), (parts) => {
        const whole = concat(...parts);
        expect(toHex(again(parseTlv(whole)))).toBe(toHex(whole));
      }),
    );
  });
});

describe('encodeTlv', () => {
  it.each(['', '00', '5', 'zz', '9f', '5a5a', '9fffffffff01'])('refuses the tag "%s"', (name) => {
    expect(() => encodeTlv(name, new Uint8Array(0))).toThrow(invalid);
  });

  it('uses the shortest form of the length', () => {
    const start = (length: number): string => toHex(encodeTlv('84', new Uint8Array(length))).slice(0, 8);
    expect([start(3), start(127), start(128), start(256)]).toEqual(['84030000', '847f0000', '84818000', '84820100']);
  });
});
