import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { bytes, codeOf, hexOf, key, vectors } from '../test/vectors.js';
import { keyCheckValue, unwrapKeyBlock, wrapKeyBlock, type KeyBlockAttributes } from './key-block.js';

interface Vector {
  source: string;
  kbpk: string;
  block: string;
  key: string;
  padding?: string;
  keyCheckValuePrefix?: string;
}
const published = vectors('key-block-d') as Vector[];
const first = published[0] as Vector;
const kbpk = key(first.kbpk);
const BDK: KeyBlockAttributes = {
  usage: 'B0',
  algorithm: 'A',
  modeOfUse: 'X',
  keyVersion: '00',
  exportability: 'N',
};

describe('TR-31 version D key block', () => {
  it.each(published)('opens $block ($source)', (vector) => {
    const { key: opened, attributes } = unwrapKeyBlock(key(vector.kbpk), vector.block);
    expect(hexOf(opened)).toBe(vector.key);
    expect(attributes.usage).toBe(vector.block.slice(5, 7));
    expect(keyCheckValue(opened)).toContain(vector.keyCheckValuePrefix ?? '');
    if (vector.padding === undefined) return;
    expect(wrapKeyBlock(key(vector.kbpk), attributes, opened, bytes(vector.padding))).toBe(vector.block);
  });

  it.each([16, 24, 32])('gives back what was wrapped under a KBPK of %d bytes', (length) => {
    const under = new Sensitive(new Uint8Array(length).fill(length));
    for (const size of [1, 13, 14, 15, 16, 24, 32]) {
      const secret = new Sensitive(new Uint8Array(size).fill(0xa5));
      const opened = unwrapKeyBlock(under, wrapKeyBlock(under, BDK, secret));
      expect([hexOf(opened.key), opened.attributes]).toEqual([hexOf(secret), BDK]);
    }
  });

  it('holds the TDES BDK of readers, which its header says', () => {
    const attributes = { ...BDK, algorithm: 'T' };
    const block = wrapKeyBlock(kbpk, attributes, key('0123456789abcdeffedcba9876543210'));
    expect(block).toMatch(/^D0112B0TX00N0000/);
    const opened = unwrapKeyBlock(kbpk, block);
    expect([hexOf(opened.key), opened.attributes]).toEqual(['0123456789ABCDEFFEDCBA9876543210', attributes]);
  });

  it('never makes the same block twice', () => {
    expect(wrapKeyBlock(kbpk, BDK, kbpk)).not.toBe(wrapKeyBlock(kbpk, BDK, kbpk));
  });

  it('refuses a block in which any one character was changed', () => {
    for (let at = 0; at < first.block.length; at++) {
      const changed = `${first.block.slice(0, at)}${first.block[at] === '1' ? '2' : '1'}${first.block.slice(at + 1)}`;
      expect(codeOf(() => unwrapKeyBlock(kbpk, changed))).toBe('CARD.KEY_BLOCK_INVALID');
    }
  });

  it('refuses another master key, another version, cuts and additions', () => {
    const other = new Sensitive(new Uint8Array(32));
    expect(codeOf(() => unwrapKeyBlock(other, first.block))).toBe('CARD.KEY_BLOCK_INVALID');
    const malformed = ['', 'D', first.block.slice(0, 16), `B${first.block.slice(1)}`, `${first.block}00`];
    const optional = ['D0112P0AE00E0100', 'D0112P0AE00E9900'].map((header) => header + first.block.slice(16));
    for (const block of [...malformed, ...optional, first.block.slice(0, -1), 'D'.repeat(20_000)]) {
      expect(codeOf(() => unwrapKeyBlock(kbpk, block))).toBe('CARD.KEY_BLOCK_INVALID');
    }
    expect(codeOf(() => unwrapKeyBlock(kbpk, undefined as unknown as string))).toBe('CARD.KEY_BLOCK_INVALID');
  });

  it('refuses malformed attributes, an empty key and a malformed master key', () => {
    expect(codeOf(() => wrapKeyBlock(kbpk, { ...BDK, usage: 'B' }, kbpk))).toBe('CARD.KEY_BLOCK_INVALID');
    expect(codeOf(() => wrapKeyBlock(kbpk, { ...BDK, modeOfUse: '*' }, kbpk))).toBe('CARD.KEY_BLOCK_INVALID');
    expect(codeOf(() => wrapKeyBlock(kbpk, BDK, new Sensitive(new Uint8Array(0))))).toBe('CARD.KEY_BLOCK_INVALID');
    expect(codeOf(() => wrapKeyBlock(key('00'), BDK, kbpk))).toBe('CARD.KEY_INVALID');
    expect(codeOf(() => unwrapKeyBlock(key('00'), first.block))).toBe('CARD.KEY_INVALID');
  });
});
