import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { DomainError } from '@openswipe/kernel';
import { concat, type Bytes } from './bytes.js';

/** In bytes. */
export const TDES_BLOCK = 8;

/** Two-key TDES (NIST SP 800-67, keying option 2). Throws `CARD.KEY_INVALID` unless the key has 16 bytes. */
function cipherKey(key16: Bytes) {
  if (key16.length !== 16) throw new DomainError('CARD.KEY_INVALID', 'A TDES key has 16 bytes here');
  // Keying option 2 by its name in three keys: OpenSSL then has one cipher for all.
  return createSecretKey(concat(key16, key16.subarray(0, 8)));
}

/** Whole blocks, ECB. */
export function encipherTdes(key16: Bytes, blocks: Bytes): Bytes {
  const cipher = createCipheriv('des-ede3-ecb', cipherKey(key16), null).setAutoPadding(false);
  return new Uint8Array(cipher.update(blocks));
}

/** Whole blocks, CBC from a zero initialisation vector: the key is used for one message. */
export function decipherTdesCbc(key16: Bytes, blocks: Bytes): Bytes {
  const iv = new Uint8Array(TDES_BLOCK);
  const cipher = createDecipheriv('des-ede3-cbc', cipherKey(key16), iv).setAutoPadding(false);
  return new Uint8Array(cipher.update(blocks));
}

/** One block by DES with an 8-byte key, as TDES with that key twice: DES alone is off in today's OpenSSL. */
export const encipherDes = (key8: Bytes, block8: Bytes): Bytes => encipherTdes(concat(key8, key8), block8);
