import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytes, codeOf, hexOf, key, vectors } from '../../test/vectors.js';
import { toHex, xor } from '../bytes.js';
import { oneBits } from '../key-serial-number.js';
import { TDES_USAGES } from '../open-protected-card.js';
import { TdesKeySerialNumber } from '../tdes-key-serial-number.js';
import { decipherTdesCbc, encipherTdes } from '../tdes.js';
import type { ProtectedForm } from '../transaction-data.js';
import { deriveTdesInitialKey, hostDeriveTdesKey } from './tdes-receiving-side.js';

const { bdk: bdkHex, standard, dataKeys, otherInitialKey, tracks } = vectors('dukpt-tdes');
const bdk = key(bdkHex);
const PIN_VARIANT = bytes('00000000000000ff00000000000000ff');

describe('TDES DUKPT gives the published values', () => {
  it.each([standard, otherInitialKey])('initial key of $initialKeyId', ({ initialKeyId, initialKey }) => {
    expect(hexOf(deriveTdesInitialKey(bdk, initialKeyId))).toBe(initialKey);
  });

  it.each(standard.transactions as { ksn: string; key: string; pinBlock: string }[])(
    'transaction key and PIN block of $ksn',
    ({ ksn, key: transactionKey, pinBlock }) => {
      const pinKey = hostDeriveTdesKey(bdk, TdesKeySerialNumber.parse(ksn), 'pin').reveal('test');
      expect(toHex(xor(pinKey, PIN_VARIANT)).toUpperCase()).toBe(transactionKey);
      expect(toHex(encipherTdes(pinKey, bytes(standard.clearPinBlock))).toUpperCase()).toBe(pinBlock);
    },
  );

  it.each(dataKeys.keys as { ksn: string; key: string }[])('data key of $ksn', ({ ksn, key: dataKey }) => {
    expect(hexOf(hostDeriveTdesKey(bdk, TdesKeySerialNumber.parse(ksn), 'data'))).toBe(dataKey);
  });

  it.each(tracks as { source: string; form: ProtectedForm; ksn: string; ciphertext: string; clear: string }[])(
    '$source',
    ({ form, ksn, ciphertext, clear }) => {
      const usage = TDES_USAGES[form];
      const workingKey = hostDeriveTdesKey(bdk, TdesKeySerialNumber.parse(ksn), usage).reveal('test');
      const text = new TextDecoder().decode(decipherTdesCbc(workingKey, bytes(ciphertext)));
      expect(text.replace(/\0+$/, '')).toBe(clear);
    },
  );
});

describe('the KSN of a TDES reader', () => {
  it('names the initial key by its 59 bits, whatever the counter', () => {
    const ksns = ['FFFF9876543210E00001', 'ffff9876543210f00000'].map((hex) => TdesKeySerialNumber.parse(hex));
    expect(ksns.map(({ initialKeyId }) => initialKeyId)).toEqual(['ffff9876543210e0', 'ffff9876543210e0']);
    expect(ksns.map(({ counter }) => counter)).toEqual([1, 0x100000]);
  });

  it('ends at counter 1FF800: one with more than ten one bits never comes', () => {
    const withCounter = (counter: number) => `ffff98765432${(0x10e00000 + counter).toString(16).padStart(8, '0')}`;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0x1fffff }), (counter) => {
        const code = codeOf(() => TdesKeySerialNumber.parse(withCounter(counter)));
        expect(code).toBe(oneBits(counter) > 10 ? 'CARD.KSN_INVALID' : 'nothing was thrown');
      }),
    );
    for (const counter of [0, 0x1fffff, 0x1ffe00, 0x7ff]) {
      expect(codeOf(() => TdesKeySerialNumber.parse(withCounter(counter)))).toBe('CARD.KSN_INVALID');
    }
    expect(TdesKeySerialNumber.parse(withCounter(0x1ff800)).counter).toBe(0x1ff800);
  });

  it.each(['', '00', 'ffff9876543210e0000g', 'ffff9876543210e0000001', undefined])('is not %s', (hex) => {
    expect(codeOf(() => TdesKeySerialNumber.parse(hex as string))).toBe('CARD.KSN_INVALID');
  });

  it('needs a BDK of 16 bytes', () => {
    const ksn = TdesKeySerialNumber.parse('FFFF9876543210E00001');
    for (const length of [8, 15, 24, 32]) {
      expect(codeOf(() => hostDeriveTdesKey(key('ab'.repeat(length)), ksn, 'pin'))).toBe('CARD.KEY_INVALID');
    }
  });
});
