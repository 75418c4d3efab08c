import type { Key } from '@openswipe/card';
import { constants, createPublicKey, publicEncrypt, type KeyObject } from 'node:crypto';
import type { KeyTransport } from '../application/ports.js';
import { publicKeyInvalid } from '../domain/risk-errors.js';

/** RFC 8017 RSAES-OAEP, SHA-256 for hash and mask, empty label: what WebCrypto's `RSA-OAEP` opens. */
export const rsaKeyTransport: KeyTransport = {
  encipher(key: Key, publicKey: Uint8Array): Uint8Array {
    return publicEncrypt(
      { key: rsaKey(publicKey), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
      key.reveal('encipher to its terminal'),
    );
  },
};

function rsaKey(publicKey: Uint8Array): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  } catch {
    throw publicKeyInvalid();
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < 2_048 || bits > 8_192) throw publicKeyInvalid();
  return key;
}
