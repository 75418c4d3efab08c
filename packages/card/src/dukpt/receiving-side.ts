import { DomainError, Sensitive } from '@openswipe/kernel';
import type { AesEngine, Key } from '../aes-engine.js';
import { toHex, type Bytes } from '../bytes.js';
import type { KeySerialNumber } from '../key-serial-number.js';
import { counterContext, deriveKey, initialContext, keyTypeOf, type KeyType, type KeyUsage } from './derivation.js';

/** The key a device is loaded with, as strong as the BDK (X9.24-3:2017 6.3.1, 6.3.3). Host only. */
export function deriveInitialKey(aes: AesEngine, bdk: Key, initialKeyId8: Bytes): Key {
  return new Sensitive(initialKey(aes, bdk.reveal('derive initial key'), toHex(initialKeyId8)));
}

/**
 * A transaction's working key from the BDK and the KSN alone (X9.24-3:2017 6.4): one step for each
 * one bit of the counter, from the left, then one for the usage. At most 18 AES steps, so nothing is cached.
 * Throws `CARD.KSN_INVALID` for counter 0, which is no transaction.
 */
export function hostDeriveWorkingKey(
  aes: AesEngine,
  bdk: Key,
  ksn: KeySerialNumber,
  usage: KeyUsage,
  keyType: KeyType,
): Key {
  const { initialKeyId, counter } = ksn;
  if (counter === 0) throw new DomainError('CARD.KSN_INVALID', 'Counter 0 is no transaction', { param: 'ksn' });
  let key = initialKey(aes, bdk.reveal('derive working key'), initialKeyId);
  const chainType = keyTypeOf(key);
  let prefix = 0;
  for (let bit = 31; bit >= 0; bit--) {
    const mask = 2 ** bit;
    if ((counter & mask) === 0) continue;
    prefix += mask;
    key = deriveKey(aes, key, 'key-derivation', chainType, counterContext(initialKeyId, prefix));
  }
  return new Sensitive(deriveKey(aes, key, usage, keyType, counterContext(initialKeyId, counter)));
}

const initialKey = (aes: AesEngine, bdk: Bytes, initialKeyId: string): Bytes =>
  deriveKey(aes, bdk, 'initial-key', keyTypeOf(bdk), initialContext(initialKeyId));
