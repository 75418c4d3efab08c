import { DomainError } from '@openswipe/kernel';
import { requireKey, type AesEngine } from '../aes-engine.js';
import { concat, fromHex, type Bytes } from '../bytes.js';

/** Key usage indicators, X9.24-3:2017 6.3.2, Tables 2 and 3. Named from the originating side: it encrypts requests. */
const USAGES = {
  'key-encryption': 0x0002,
  'pin-encryption': 0x1000,
  'mac-generation': 0x2000,
  'mac-verification': 0x2001,
  'mac-both': 0x2002,
  'data-encrypt': 0x3000,
  'data-decrypt': 0x3001,
  'data-both': 0x3002,
  'key-derivation': 0x8000,
  'initial-key': 0x8001,
} as const;

/** Algorithm indicators and key lengths, 6.2.2 and 6.3.2, with the security strength in bits (NIST SP 800-57). */
const KEY_TYPES = {
  tdes2: { algorithm: 0x0000, bytes: 16, strength: 80 },
  tdes3: { algorithm: 0x0001, bytes: 24, strength: 112 },
  aes128: { algorithm: 0x0002, bytes: 16, strength: 128 },
  aes192: { algorithm: 0x0003, bytes: 24, strength: 192 },
  aes256: { algorithm: 0x0004, bytes: 32, strength: 256 },
} as const;

export type DerivationUsage = keyof typeof USAGES;
/** What a working key may be derived for; derivation keys themselves never leave this folder. */
export type KeyUsage = Exclude<DerivationUsage, 'key-derivation' | 'initial-key'>;
export type KeyType = keyof typeof KEY_TYPES;

/** Of a BDK, initial key or intermediate key, which are always AES. Throws `CARD.KEY_INVALID`. */
export function keyTypeOf(key: Bytes): KeyType {
  const bits = requireKey(key).length * 8;
  return bits === 128 ? 'aes128' : bits === 192 ? 'aes192' : 'aes256';
}

/** The right half of derivation data for an initial key: its whole id (6.3.2). */
export const initialContext = (initialKeyId: string): Bytes =>
  fromHex(initialKeyId, 8, 'CARD.KSN_INVALID', 'An initial key id');

/** The right half of derivation data for every other key: the derivation id and a counter (6.3.2). */
export function counterContext(initialKeyId: string, counter: number): Bytes {
  const context = new Uint8Array(8);
  context.set(initialContext(initialKeyId).subarray(4));
  new DataView(context.buffer).setUint32(4, counter);
  return context;
}

/**
 * Derive Key (X9.24-3:2017 6.3.1) and Create Derivation Data (6.3.3): enough AES blocks of
 * version ‖ block number ‖ usage ‖ algorithm ‖ length in bits ‖ context, cut to the length.
 * Throws `CARD.KEY_INVALID` if the derived key would be stronger than the one it is derived from.
 */
export function deriveKey(aes: AesEngine, from: Bytes, usage: DerivationUsage, type: KeyType, context: Bytes): Bytes {
  const { algorithm, bytes, strength } = KEY_TYPES[type];
  if (strength > KEY_TYPES[keyTypeOf(from)].strength) {
    throw new DomainError('CARD.KEY_INVALID', 'A derived key is never stronger than the key it is derived from');
  }
  const blocks = Array.from({ length: Math.ceil(bytes / 16) }, (_, i) => {
    const data = concat(new Uint8Array(8), context);
    const view = new DataView(data.buffer);
    view.setUint8(0, 0x01);
    view.setUint8(1, i + 1);
    view.setUint16(2, USAGES[usage]);
    view.setUint16(4, algorithm);
    view.setUint16(6, bytes * 8);
    return aes.encryptBlock(from, data);
  });
  return concat(...blocks).slice(0, bytes);
}
