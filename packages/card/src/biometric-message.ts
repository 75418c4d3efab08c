import { concat, fromHex, type Bytes } from './bytes.js';

const LABEL = new TextEncoder().encode('openswipe-biometric-v1');

/**
 * The challenge of the biometric check is the SHA-256 of this: label ‖ order digest ‖ data KSN. The KSN is used up by
 * one transaction, so an assertion holds for one transaction of one order, without a challenge kept anywhere [0050].
 * @param orderDigest 64 hexadecimal digits
 * @param ksn of the envelope, 24 hexadecimal digits
 * Throws `CARD.ENVELOPE_INVALID`.
 */
export function biometricMessage(orderDigest: string, ksn: string): Bytes {
  const digest = fromHex(orderDigest, 32, 'CARD.ENVELOPE_INVALID', 'The order digest');
  return concat(LABEL, digest, fromHex(ksn, 12, 'CARD.ENVELOPE_INVALID', 'The KSN'));
}
