import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { codeOf } from '../../test/vectors.js';
import type { Key } from '../aes-engine.js';
import { KeySerialNumber } from '../key-serial-number.js';
import { nodeAes } from '../node-aes.js';
import { BaseDerivationKeys } from './base-derivation-keys.js';
import { hostDeriveWorkingKey } from './receiving-side.js';

const CURRENT = '4f534432';
const EARLIER = '4f534431';
const bdkOf = (fill: number): Key => new Sensitive(new Uint8Array(16).fill(fill));
const storeOf = (keys: Record<string, Key>) => ({
  has: (name: string) => name in keys,
  key: (name: string) => {
    const key = keys[name];
    if (!key) throw new Error(`no key ${name}`);
    return key;
  },
});
const openAll = (keys: Record<string, Key>) => new BaseDerivationKeys(nodeAes, storeOf(keys), 'data-bdk', CURRENT);
const ksnOf = (bdkId: string) => KeySerialNumber.parse(`${bdkId}0000000100000001`);
const workingKey = (bdks: BaseDerivationKeys, bdkId: string) =>
  bdks.hostOf(ksnOf(bdkId)).workingKey(ksnOf(bdkId), 'data-encrypt', 'aes128').reveal('test');
const expected = (bdk: Key, bdkId: string) =>
  hostDeriveWorkingKey(nodeAes, bdk, ksnOf(bdkId), 'data-encrypt', 'aes128').reveal('test');

describe('BaseDerivationKeys', () => {
  const [current, earlier] = [bdkOf(2), bdkOf(1)];

  it.each([
    ['the bare id', { 'data-bdk': current }],
    ['its BDK id', { [`data-bdk:${CURRENT}`]: current }],
    ['its BDK id, whatever the bare id is', { [`data-bdk:${CURRENT}`]: current, 'data-bdk': earlier }],
  ])('finds the current one by %s', (_, keys) => {
    expect(openAll(keys).current).toEqual({ bdkId: CURRENT, bdk: current });
  });

  it('derives the keys of each device from the BDK that its KSN names', () => {
    const bdks = openAll({ 'data-bdk': current, [`data-bdk:${EARLIER}`]: earlier });
    expect(workingKey(bdks, CURRENT)).toEqual(expected(current, CURRENT));
    expect(workingKey(bdks, EARLIER)).toEqual(expected(earlier, EARLIER));
  });

  it('refuses the KSN of a BDK that is not here', () =>
    expect(codeOf(() => openAll({ 'data-bdk': current }).hostOf(ksnOf(EARLIER)))).toBe('CARD.KSN_INVALID'));

  it('does not come about without a current one', () =>
    expect(() => openAll({ [`data-bdk:${EARLIER}`]: earlier })).toThrow('no key data-bdk'));
});
