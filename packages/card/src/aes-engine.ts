import { cmac, ecb, gcm } from '@noble/ciphers/aes.js';
import { DomainError, type Sensitive } from '@openswipe/kernel';
import { concat, type Bytes } from './bytes.js';

/** Key material as it travels through this package: it cannot be printed. */
export type Key = Sensitive<Bytes>;

/**
 * The only door to AES. Everything else in this package is written on it, so one implementation can be exchanged for
 * another (browser, Node, HSM). Keys are 16, 24 or 32 bytes; every other key length is `CARD.KEY_INVALID`, every other
 * length of a block, nonce or tag is `CARD.BLOCK_INVALID`.
 */
export interface AesEngine {
  /** One block, ECB (FIPS 197). */
  encryptBlock(key: Bytes, block16: Bytes): Bytes;
  decryptBlock(key: Bytes, block16: Bytes): Bytes;
  /** NIST SP 800-38B, 16 bytes. */
  cmac(key: Bytes, message: Bytes): Bytes;
  /** GCM, NIST SP 800-38D. A nonce must never repeat under one key. */
  seal(key: Bytes, nonce12: Bytes, plaintext: Bytes, aad: Bytes): Sealed;
  /** Throws `CARD.ENVELOPE_FORGED` when key, nonce, ciphertext, tag or aad is not what was sealed. */
  open(key: Bytes, nonce12: Bytes, ciphertext: Bytes, tag16: Bytes, aad: Bytes): Bytes;
}

export interface Sealed {
  readonly ciphertext: Bytes;
  readonly tag: Bytes;
}

export const forged = (): DomainError => new DomainError('CARD.ENVELOPE_FORGED', 'The envelope does not authenticate');

export function requireKey(key: Bytes): Bytes {
  if (key.length === 16 || key.length === 24 || key.length === 32) return key;
  throw new DomainError('CARD.KEY_INVALID', 'An AES key has 16, 24 or 32 bytes');
}

export function requireLength(bytes: Bytes, length: number, what: string): Bytes {
  if (bytes.length === length) return bytes;
  throw new DomainError('CARD.BLOCK_INVALID', `${what} must have ${length} bytes`);
}

/** Pure JavaScript, for the browser: synchronous, needs no WebCrypto. */
export const nobleAes: AesEngine = {
  encryptBlock: (key, block) =>
    ecb(requireKey(key), { disablePadding: true }).encrypt(requireLength(block, 16, 'A block')),
  decryptBlock: (key, block) =>
    ecb(requireKey(key), { disablePadding: true }).decrypt(requireLength(block, 16, 'A block')),
  cmac: (key, message) => cmac(message, requireKey(key)),
  seal(key, nonce, plaintext, aad) {
    const sealed = gcm(requireKey(key), requireLength(nonce, 12, 'A nonce'), aad).encrypt(plaintext);
    return { ciphertext: sealed.slice(0, -16), tag: sealed.slice(-16) };
  },
  open(key, nonce, ciphertext, tag, aad) {
    const cipher = gcm(requireKey(key), requireLength(nonce, 12, 'A nonce'), aad);
    const sealed = concat(ciphertext, requireLength(tag, 16, 'A tag'));
    try {
      return cipher.decrypt(sealed);
    } catch {
      throw forged();
    }
  },
};
