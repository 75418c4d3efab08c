import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { bytes, codeOf, key, vectors } from '../test/vectors.js';
import { nobleAes } from './aes-engine.js';
import { toHex } from './bytes.js';
import { nodeAes } from './node-aes.js';
import { Pan } from './pan.js';
import { decodePinBlockFormat4, encodePinBlockFormat4 } from './pin-block.js';

interface Case {
  key: string;
  pin: string;
  pan: string;
  random: string;
  block: string;
}
const groups = vectors('pin-block-format4') as { source: string; cases: Case[] }[];
const first = groups[0]?.cases[0] as Case;
const decode = (block: Uint8Array<ArrayBuffer>, pan = first.pan, pinKey = first.key) =>
  decodePinBlockFormat4(nodeAes, key(pinKey), block, Pan.parse(pan));

describe('PIN block format 4', () => {
  describe.each(groups)('$source', ({ cases }) => {
    it.each(cases)('is $block', (c) => {
      const pan = Pan.parse(c.pan);
      const block = encodePinBlockFormat4(nobleAes, key(c.key), new Sensitive(c.pin), pan, bytes(c.random));
      expect(toHex(block).toUpperCase()).toBe(c.block);
      expect(decodePinBlockFormat4(nodeAes, key(c.key), block, pan).reveal('test')).toBe(c.pin);
    });
  });

  it.each(['', '123', '1234567890123', '12a4', '12 4', '１２３４'])('refuses the PIN %j', (pin) => {
    const act = () =>
      encodePinBlockFormat4(nodeAes, key(first.key), new Sensitive(pin), Pan.parse(first.pan), bytes(first.random));
    expect(codeOf(act)).toBe('CARD.PIN_INVALID');
  });

  it('refuses a random part of another length', () => {
    const act = () =>
      encodePinBlockFormat4(nodeAes, key(first.key), new Sensitive('1234'), Pan.parse(first.pan), bytes('00'));
    expect(codeOf(act)).toBe('CARD.BLOCK_INVALID');
  });

  it('does not open with another key, another PAN or another length', () => {
    const block = bytes(first.block);
    const otherPan: string = vectors('pan').valid[1].pan;
    expect(codeOf(() => decode(block, otherPan))).toBe('CARD.PIN_BLOCK_INVALID');
    expect(codeOf(() => decode(block, first.pan, '00'.repeat(16)))).toBe('CARD.PIN_BLOCK_INVALID');
    expect(codeOf(() => decode(block.slice(1)))).toBe('CARD.PIN_BLOCK_INVALID');
    expect(codeOf(() => decode(new Uint8Array(17)))).toBe('CARD.PIN_BLOCK_INVALID');
  });

  it.each([
    ['another format', '341234aaaaaaaaaa'],
    ['a PIN of three digits', '43123aaaaaaaaaaa'],
    ['a PIN of thirteen digits', '4d1234567890123a'],
    ['a digit that is none', '44123caaaaaaaaaa'],
    ['wrong fill', '441234aaaaaaaaab'],
  ])('refuses %s under the right key', (_what, field) => {
    const pinKey = key(first.key).reveal('forge a block');
    const panField = bytes(`4${first.pan}`.padEnd(32, '0'));
    const inner = nodeAes.encryptBlock(pinKey, bytes(field.padEnd(32, '0')));
    const block = nodeAes.encryptBlock(
      pinKey,
      inner.map((byte, i) => byte ^ (panField[i] ?? 0)),
    );
    expect(codeOf(() => decode(block))).toBe('CARD.PIN_BLOCK_INVALID');
  });
});
