import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { forged, nobleAes, requireKey, requireLength, type AesEngine } from './aes-engine.js';
import type { Bytes } from './bytes.js';

// createSecretKey: OpenSSL sets up a cipher from a KeyObject three times faster than from raw bytes.
const ecb = (key: Bytes) => `aes-${requireKey(key).length * 8}-ecb`;
const gcm = (key: Bytes) => `aes-${requireKey(key).length * 8}-gcm` as 'aes-128-gcm';

/** OpenSSL through node:crypto: the engine of the services. CMAC, which node:crypto lacks, is the browser engine's. */
export const nodeAes: AesEngine = {
  encryptBlock(key, block) {
    const cipher = createCipheriv(ecb(key), createSecretKey(key), null).setAutoPadding(false);
    return new Uint8Array(cipher.update(requireLength(block, 16, 'A block')));
  },
  decryptBlock(key, block) {
    const cipher = createDecipheriv(ecb(key), createSecretKey(key), null).setAutoPadding(false);
    return new Uint8Array(cipher.update(requireLength(block, 16, 'A block')));
  },
  cmac: nobleAes.cmac,
  seal(key, nonce, plaintext, aad) {
    const cipher = createCipheriv(gcm(key), createSecretKey(key), requireLength(nonce, 12, 'A nonce')).setAAD(aad);
    const ciphertext = new Uint8Array(cipher.update(plaintext));
    cipher.final();
    return { ciphertext, tag: new Uint8Array(cipher.getAuthTag()) };
  },
  open(key, nonce, ciphertext, tag, aad) {
    const cipher = createDecipheriv(gcm(key), createSecretKey(key), requireLength(nonce, 12, 'A nonce'), {
      authTagLength: 16,
    });
    cipher.setAAD(aad).setAuthTag(requireLength(tag, 16, 'A tag'));
    try {
      const plaintext = new Uint8Array(cipher.update(ciphertext));
      cipher.final();
      return plaintext;
    } catch {
      throw forged();
    }
  },
};
