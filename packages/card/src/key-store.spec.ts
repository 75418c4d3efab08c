import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { codeOf, hexOf, key, vectors } from '../test/vectors.js';
import { SoftwareKeyStore } from './key-store.js';

const [{ kbpk, block, key: wrapped }] = vectors('key-block-d');

describe('SoftwareKeyStore', () => {
  it('opens its key blocks under the master key', () => {
    expect(hexOf(SoftwareKeyStore.open(key(kbpk), { 'bdk-data': block }).key('bdk-data'))).toBe(wrapped);
  });

  it('refuses a key that it does not have, also the names every object has', () => {
    const store = SoftwareKeyStore.open(key(kbpk), { 'bdk-data': block });
    for (const id of ['bdk-pin', '', 'constructor', '__proto__']) {
      expect(codeOf(() => store.key(id))).toBe('CARD.KEY_UNKNOWN');
    }
  });

  it('names the block that does not open, and never shows it', () => {
    const act = () => SoftwareKeyStore.open(new Sensitive(new Uint8Array(32)), { 'bdk-data': block });
    expect(act).toThrow(/bdk-data/);
    expect(codeOf(act)).toBe('CARD.KEY_BLOCK_INVALID');
    expect(act).not.toThrow(block);
  });

  it('is not printed', () => {
    const store = SoftwareKeyStore.open(key(kbpk), { 'bdk-data': block });
    const printed = [String(store), JSON.stringify(store), inspect(store, { depth: 9, showHidden: true })].join();
    expect(printed.toUpperCase()).not.toContain(wrapped);
    expect(printed).not.toMatch(/[0-9]+, [0-9]+, [0-9]+/);
  });
});
