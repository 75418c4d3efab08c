import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { codeOf, hexOf, key, vectors } from '../test/vectors.js';
import { wrapKeyBlock } from './key-block.js';
import { SoftwareKeyStore, keyNameOf } from './key-store.js';

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

  describe('with several keys of one id', () => {
    const blockOf = (fill: number, keyVersion: string) =>
      wrapKeyBlock(
        key(kbpk),
        { usage: 'D0', algorithm: 'A', modeOfUse: 'B', keyVersion, exportability: 'N' },
        new Sensitive(new Uint8Array(32).fill(fill)),
      );
    const open = (blocks: Record<string, string>) => SoftwareKeyStore.open(key(kbpk), blocks);
    const filling = (store: SoftwareKeyStore, name: string) => store.key(name).reveal('test')[0];

    it('has the current one by the id, and each by its version', () => {
      const store = open({ zone: blockOf(1, '01'), 'zone:00': blockOf(0, '00'), 'zone:02': blockOf(2, '02') });
      const found = ['zone', 'zone:00', 'zone:01', 'zone:02'].map((name) => filling(store, name));
      expect(found).toEqual([1, 0, 1, 2]);
      expect(['zone:02', 'zone:03', 'zone:'].map((name) => store.has(name))).toEqual([true, false, false]);
    });

    it('finds the key of what was made before and after it followed another one', () => {
      const before = open({ zone: blockOf(0, '00'), 'zone:01': blockOf(1, '01') });
      const after = open({ zone: blockOf(1, '01'), 'zone:00': blockOf(0, '00') });
      expect([before.nameOf('zone'), after.nameOf('zone')]).toEqual(['zone', 'zone:01']);
      for (const store of [before, after]) {
        expect(filling(store, keyNameOf(before.nameOf('zone')))).toBe(0);
        expect(filling(store, keyNameOf(after.nameOf('zone')))).toBe(1);
      }
    });

    it.each([
      ['a block under the name of another version', { 'zone:02': blockOf(1, '01') }],
      ['two of one version', { zone: blockOf(1, '01'), 'zone:01': blockOf(2, '01') }],
      ['two without a version', { zone: blockOf(1, '00'), 'zone:00': blockOf(2, '00') }],
    ])('refuses %s, and names it', (_, blocks: Record<string, string>) => {
      expect(codeOf(() => open(blocks))).toBe('CARD.KEY_BLOCK_INVALID');
      expect(() => open(blocks)).toThrow(/key zone:0/);
    });
  });

  it('is not printed', () => {
    const store = SoftwareKeyStore.open(key(kbpk), { 'bdk-data': block });
    const printed = [String(store), JSON.stringify(store), inspect(store, { depth: 9, showHidden: true })].join();
    expect(printed.toUpperCase()).not.toContain(wrapped);
    expect(printed).not.toMatch(/[0-9]+, [0-9]+, [0-9]+/);
  });
});
