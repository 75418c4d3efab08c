import { describe, expect, it } from '@jest/globals';
import { bytes, hexOf, key, vectors } from '../../test/vectors.js';
import { nobleAes, type AesEngine } from '../aes-engine.js';
import { toHex } from '../bytes.js';
import { KeySerialNumber } from '../key-serial-number.js';
import { nodeAes } from '../node-aes.js';
import type { KeyType, KeyUsage } from './derivation.js';
import { DukptTerminal } from './originating-side.js';
import { deriveInitialKey, hostDeriveWorkingKey } from './receiving-side.js';

const ENGINES: readonly [string, AesEngine][] = [
  ['node', nodeAes],
  ['noble', nobleAes],
];

interface Chain {
  bdk: string;
  initialKeyId: string;
  initialKey: string;
  derivationKeys: Record<string, string>;
  initialRegisters?: string[];
}

describe.each(ENGINES)('AES DUKPT on the %s engine gives the published keys of X9.24-3:2017', (_name, aes) => {
  for (const name of ['dukpt-aes128', 'dukpt-aes256']) {
    const chain: Chain = vectors(name);

    it(`${name}: initial key`, () => {
      expect(hexOf(deriveInitialKey(aes, key(chain.bdk), bytes(chain.initialKeyId)))).toBe(chain.initialKey);
    });

    it(`${name}: derivation keys, one by one, on the originating side`, () => {
      for (const [counter, expected] of Object.entries(chain.derivationKeys)) {
        expect(derivationKeyOf(aes, chain, parseInt(counter, 16))).toBe(expected);
      }
    });
  }

  it('dukpt-aes128: all 32 intermediate keys after loading', () => {
    const { initialKey, initialKeyId, initialRegisters } = vectors('dukpt-aes128') as Chain;
    const state = DukptTerminal.initialize(aes, key(initialKey), initialKeyId).toState();
    expect(state.registers.map((register) => register?.toUpperCase())).toEqual(initialRegisters);
  });

  const { bdks, workingKeys } = vectors('dukpt-working-keys') as {
    bdks: Record<string, string>;
    workingKeys: { bdk: string; ksn: string; usage: KeyUsage; keyType: KeyType; key: string }[];
  };
  it.each(workingKeys)('working key $ksn $usage $keyType under the AES-$bdk BDK', (vector) => {
    const bdk = key(bdks[vector.bdk] ?? '');
    const ksn = KeySerialNumber.parse(vector.ksn);
    expect(hexOf(hostDeriveWorkingKey(aes, bdk, ksn, vector.usage, vector.keyType))).toBe(vector.key);
  });

  it('CMACs of the first eight transactions', () => {
    const { message, macs } = vectors('dukpt-cmac');
    const bdk = key(bdks['128'] ?? '');
    for (const { ksn, generation, verification } of macs) {
      const macOf = (usage: KeyUsage) => {
        const macKey = hostDeriveWorkingKey(aes, bdk, KeySerialNumber.parse(ksn), usage, 'aes128');
        return toHex(aes.cmac(macKey.reveal('test'), new TextEncoder().encode(message))).toUpperCase();
      };
      expect([macOf('mac-generation'), macOf('mac-verification')]).toEqual([generation, verification]);
    }
  });
});

/** The register that serves `counter`, reached by playing the counters on the way: one for each one bit. */
function derivationKeyOf(aes: AesEngine, chain: Chain, counter: number): string | undefined {
  let terminal = DukptTerminal.initialize(aes, key(chain.initialKey), chain.initialKeyId);
  const ones: readonly number[] = Array.from({ length: 32 }, (_, i) => 31 - i).filter(
    (bit) => Math.floor(counter / 2 ** bit) % 2 === 1,
  );
  let prefix = 0;
  for (const [before, bit] of ones.slice(0, -1).entries()) {
    // Skip to the last counter before `prefix + bit`, whose register stands as it would after honest play.
    const lowest = Math.max(0, bit - (16 - before));
    const counter = prefix + 2 ** bit - 2 ** lowest;
    terminal = DukptTerminal.fromState(aes, { ...terminal.toState(), counter });
    prefix = terminal.next([]).ksn.counter;
  }
  return terminal.toState().registers[ones.at(-1) ?? 0]?.toUpperCase();
}
