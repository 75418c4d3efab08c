import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { bytes, codeOf, key, vectors } from '../test/vectors.js';
import { toHex } from './bytes.js';
import { hostDeriveTdesKey } from './dukpt/tdes-receiving-side.js';
import { Pan } from './pan.js';
import { decodePinBlockFormat0, encodePinBlockFormat0 } from './pin-block-format0.js';
import { TdesKeySerialNumber } from './tdes-key-serial-number.js';
import { encipherTdes } from './tdes.js';

const groups = vectors('pin-block-format0') as {
  source: string;
  bdk: string;
  pin: string;
  pan: string;
  cases: { ksn: string; block: string }[];
}[];
const pinKey = key('00112233445566778899aabbccddeeff');
const pan = Pan.parse('4012345678909');

describe('PIN block format 0', () => {
  describe.each(groups)('$source', (group) => {
    it.each(group.cases)('$ksn is $block', ({ ksn, block }) => {
      const derived = hostDeriveTdesKey(key(group.bdk), TdesKeySerialNumber.parse(ksn), 'pin');
      const of = Pan.parse(group.pan);
      expect(toHex(encodePinBlockFormat0(derived, new Sensitive(group.pin), of)).toUpperCase()).toBe(block);
      expect(decodePinBlockFormat0(derived, bytes(block), of).reveal('test')).toBe(group.pin);
    });
  });

  it.each(['', '123', '1234567890123', '12a4'])('refuses the PIN %j', (pin) =>
    expect(codeOf(() => encodePinBlockFormat0(pinKey, new Sensitive(pin), pan))).toBe('CARD.PIN_INVALID'),
  );

  it.each(['1234', '123456789012'])('takes the PIN %s', (pin) =>
    expect(
      decodePinBlockFormat0(pinKey, encodePinBlockFormat0(pinKey, new Sensitive(pin), pan), pan).reveal('test'),
    ).toBe(pin),
  );

  it('does not open with another key, another PAN or another length, and does not say which', () => {
    const block = encodePinBlockFormat0(pinKey, new Sensitive('1234'), pan);
    const other = Pan.parse(vectors('pan').valid[1].pan);
    expect(codeOf(() => decodePinBlockFormat0(pinKey, block, other))).toBe('CARD.PIN_BLOCK_INVALID');
    expect(codeOf(() => decodePinBlockFormat0(key('00'.repeat(16)), block, pan))).toBe('CARD.PIN_BLOCK_INVALID');
    expect(codeOf(() => decodePinBlockFormat0(pinKey, block.slice(1), pan))).toBe('CARD.PIN_BLOCK_INVALID');
    expect(codeOf(() => decodePinBlockFormat0(pinKey, bytes('00'.repeat(16)), pan))).toBe('CARD.PIN_BLOCK_INVALID');
  });

  it.each([
    ['another format', '341234ffffffffff'],
    ['a PIN of three digits', '03123fffffffffff'],
    ['a PIN of thirteen digits', '0d1234567890123f'],
    ['a digit that is none', '04123cffffffffff'],
    ['wrong fill', '041234fffffffffa'],
  ])('refuses %s under the right key', (_what, field) => {
    const account = bytes('0000401234567890');
    const clear = bytes(field).map((byte, at) => byte ^ (account[at] ?? 0));
    const block = encipherTdes(pinKey.reveal('forge a block'), new Uint8Array(clear));
    expect(codeOf(() => decodePinBlockFormat0(pinKey, block, pan))).toBe('CARD.PIN_BLOCK_INVALID');
  });
});
