import { Sensitive } from '@openswipe/kernel';
import type { Key } from '../aes-engine.js';
import { concat, fromHex, xor, type Bytes } from '../bytes.js';
import type { TdesKeySerialNumber } from '../tdes-key-serial-number.js';
import { encipherDes, encipherTdes } from '../tdes.js';

const hex = (text: string): Bytes => fromHex(text, 16, 'CARD.KEY_INVALID', 'A mask');

const DERIVATION_MASK = hex('c0c0c0c000000000c0c0c0c000000000');
const PIN_VARIANT = hex('00000000000000ff00000000000000ff');
const DATA_VARIANT = hex('0000000000ff00000000000000ff0000');

/** What a working key may be derived for: the PIN key, or the data key of requests and of both ways. */
export type TdesKeyUsage = 'pin' | 'data';

/** The key a reader is loaded with (ANSI X9.24-1:2009 A.6). Host only. Throws `CARD.KEY_INVALID`. */
export const deriveTdesInitialKey = (bdk: Key, initialKeyId: string): Key =>
  new Sensitive(initialKey(bdk.reveal('derive initial key'), initialKeyId));

/**
 * A transaction's working key from the BDK and the KSN alone (ANSI X9.24-1:2009 A.2 to A.4): one non-reversible key
 * generation for each one bit of the counter, from the left, then a variant; the data key also goes through a one-way
 * function, the variant enciphered by itself. At most ten steps. Throws `CARD.KEY_INVALID`.
 */
export function hostDeriveTdesKey(bdk: Key, ksn: TdesKeySerialNumber, usage: TdesKeyUsage): Key {
  let key = initialKey(bdk.reveal('derive working key'), ksn.initialKeyId);
  // The rightmost 8 bytes of the KSN, counter cleared, get the counter's one bits one by one.
  const register = concat(fromHex(ksn.initialKeyId, 8, 'CARD.KSN_INVALID', 'An initial key id').slice(2), ZEROS_2);
  const view = new DataView(register.buffer);
  for (let bit = 2 ** 20; bit > 0; bit >>= 1) {
    if ((ksn.counter & bit) === 0) continue;
    view.setUint32(4, view.getUint32(4) | bit);
    key = concat(generate(xor(key, DERIVATION_MASK), register), generate(key, register));
  }
  if (usage === 'pin') return new Sensitive(xor(key, PIN_VARIANT));
  const variant = xor(key, DATA_VARIANT);
  return new Sensitive(encipherTdes(variant, variant));
}

const ZEROS_2 = new Uint8Array(2);

/** The identifier under the BDK, and under the BDK with the derivation mask. */
const initialKey = (bdk: Bytes, initialKeyId: string): Bytes => {
  const id = fromHex(initialKeyId, 8, 'CARD.KSN_INVALID', 'An initial key id');
  return concat(encipherTdes(bdk, id), encipherTdes(xor(bdk, DERIVATION_MASK), id));
};

/** Half of the non-reversible key generation process: the register ⊕ right half, under DES by the left, ⊕ right. */
function generate(key: Bytes, register: Bytes): Bytes {
  const right = key.subarray(8);
  return xor(encipherDes(key.slice(0, 8), xor(register, right)), right);
}
