import { DomainError } from '@openswipe/kernel';
import { constants, createPublicKey, publicEncrypt, type KeyObject } from 'node:crypto';
import type { Key } from './aes-engine.js';

/**
 * RSAES-OAEP with SHA-256 for hash and mask and an empty label (RFC 8017 7.1): what WebCrypto's `RSA-OAEP` opens.
 * @param publicKey SubjectPublicKeyInfo, DER; 2048 to 8192 bits. Throws `CARD.PUBLIC_KEY_INVALID`.
 */
export const encipherToTerminal = (key: Key, publicKey: Uint8Array): Uint8Array =>
  publicEncrypt(
    { key: rsaKey(publicKey), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    key.reveal('encipher to its terminal'),
  );

function rsaKey(publicKey: Uint8Array): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  } catch {
    throw invalid();
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < 2_048 || bits > 8_192) throw invalid();
  return key;
}

const invalid = (): DomainError =>
  new DomainError('CARD.PUBLIC_KEY_INVALID', 'The public key is not RSA of 2048 to 8192 bits, SPKI DER', {
    param: 'publicKey',
  });
