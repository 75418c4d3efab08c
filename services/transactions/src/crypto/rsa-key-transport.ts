import type { Key } from '@openswipe/card';
import { constants, createPublicKey, publicEncrypt, type KeyObject } from 'node:crypto';
import type { KeyTransport } from '../application/ports.js';
import { publicKeyInvalid } from '../domain/transaction-errors.js';

const MODULUS_BITS_MIN = 2048;

/** RSA-OAEP with SHA-256 (RFC 8017 7.1): what WebCrypto in the terminal can open with a key that never leaves it. */
export class RsaKeyTransport implements KeyTransport {
  encipher(key: Key, publicKeyDer: Uint8Array): Uint8Array {
    const publicKey = parsePublicKey(publicKeyDer);
    return publicEncrypt(
      { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
      key.reveal('encipher initial key to its terminal'),
    );
  }
}

function parsePublicKey(der: Uint8Array): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  } catch {
    throw publicKeyInvalid();
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < MODULUS_BITS_MIN) throw publicKeyInvalid();
  return key;
}
