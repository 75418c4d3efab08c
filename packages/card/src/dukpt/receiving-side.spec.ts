import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { codeOf, hexOf, key } from '../../test/vectors.js';
import type { AesEngine } from '../aes-engine.js';
import { KeySerialNumber } from '../key-serial-number.js';
import { nodeAes } from '../node-aes.js';
import { DukptTerminal } from './originating-side.js';
import { deriveInitialKey, DukptHost, hostDeriveWorkingKey } from './receiving-side.js';

const BDK = key('FEDCBA9876543210F1F1F1F1F1F1F1F1');
const ID = '1234567890123456';
const ksnOf = (counter: number, id = ID) => KeySerialNumber.of(id, counter);
const fresh = (counter: number, id = ID): string =>
  hexOf(hostDeriveWorkingKey(nodeAes, BDK, ksnOf(counter, id), 'data-encrypt', 'aes128'));

/** Counts AES blocks. */
function counting(): { aes: AesEngine; blocks: () => number } {
  let blocks = 0;
  const encryptBlock: AesEngine['encryptBlock'] = (...given) => {
    blocks += 1;
    return nodeAes.encryptBlock(...given);
  };
  return { aes: { ...nodeAes, encryptBlock }, blocks: () => blocks };
}

describe('a host that remembers', () => {
  const remembered = (host: DukptHost, counter: number, id = ID): string =>
    hexOf(host.workingKey(ksnOf(counter, id), 'data-encrypt', 'aes128'));

  it('gives the keys of the device, thousands of them, in fewer than three steps each', () => {
    const { aes, blocks } = counting();
    const host = new DukptHost(aes, BDK);
    const id = Uint8Array.from(ID.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    const device = DukptTerminal.initialize(nodeAes, deriveInitialKey(nodeAes, BDK, id), ID);
    for (let use = 0; use < 3_000; use += 1) {
      const { ksn, keys } = device.next(['data-encrypt']);
      expect(hexOf(host.workingKey(ksn, 'data-encrypt', 'aes128'))).toBe(hexOf(keys['data-encrypt']));
    }
    expect(blocks() / 3_000).toBeLessThan(3.01);
  });

  it.each([
    ['forwards', [1, 2, 3, 0x10, 0x11, 0x8000_0000, 0x8000_0001, 0xffff_0000]],
    ['backwards', [0xffff_0000, 0x8000_0001, 0x8000_0000, 0x11, 0x10, 3, 2, 1]],
    ['anyhow', [7, 0x8000_0000, 7, 0x4000_0001, 0xc000_0000, 0x8000_0000, 6, 0x7fff_8000, 6]],
  ])('gives what a host without memory gives: %s', (_, counters) => {
    const host = new DukptHost(nodeAes, BDK);
    for (const counter of counters) expect([counter, remembered(host, counter)]).toEqual([counter, fresh(counter)]);
  });

  it('keeps many devices apart, and forgets the one that was away longest', () => {
    const { aes, blocks } = counting();
    const host = new DukptHost(aes, BDK, 2);
    const [a, b, c] = ['aaaaaaaa00000001', 'aaaaaaaa00000002', 'aaaaaaaa00000003'];
    for (const [id, counter] of [
      [a, 5],
      [b, 5],
      [a, 6],
      [c, 5],
      [a, 7],
      [b, 6],
    ] as const)
      expect(remembered(host, counter, id)).toBe(fresh(counter, id));
    const before = blocks();
    remembered(host, 8, a);
    // One bit and the usage: it is remembered. `c` is not: its initial key comes first.
    expect(blocks() - before).toBe(2);
    const later = blocks();
    remembered(host, 8, c);
    expect(blocks() - later).toBe(3);
  });

  it('gives other usages of the same counter', () => {
    const host = new DukptHost(nodeAes, BDK);
    remembered(host, 9);
    const pin = hexOf(host.workingKey(ksnOf(9), 'pin-encryption', 'aes128'));
    expect(pin).toBe(hexOf(hostDeriveWorkingKey(nodeAes, BDK, ksnOf(9), 'pin-encryption', 'aes128')));
  });

  it('knows no transaction 0, and shows nothing of its keys', () => {
    const host = new DukptHost(nodeAes, new Sensitive(BDK.reveal('copy').slice()));
    remembered(host, 3);
    expect(
      codeOf(() => host.workingKey({ initialKeyId: ID, counter: 0 } as KeySerialNumber, 'data-encrypt', 'aes128')),
    ).toBe('CARD.KSN_INVALID');
    expect(JSON.stringify(host)).not.toContain('fedc');
  });
});
