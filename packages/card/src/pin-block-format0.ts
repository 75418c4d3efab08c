import { DomainError, Sensitive } from '@openswipe/kernel';
import type { Key } from './aes-engine.js';
import { fromHex, toHex, xor, type Bytes } from './bytes.js';
import type { Pan } from './pan.js';
import { decipherTdesCbc, encipherTdes, TDES_BLOCK } from './tdes.js';

/**
 * Enciphers a PIN in an ISO 9564-1:2017 format 0 block, 8 bytes, as readers with TDES keys make it; ours are format 4.
 * Throws `CARD.PIN_INVALID` unless the PIN has 4 to 12 digits.
 */
export function encodePinBlockFormat0(pinKey: Key, pin: Sensitive<string>, pan: Pan): Bytes {
  const digits = pin.reveal('PIN field');
  if (!/^[0-9]{4,12}$/.test(digits)) {
    throw new DomainError('CARD.PIN_INVALID', 'A PIN has 4 to 12 digits', { param: 'pin' });
  }
  const field = block(`0${digits.length.toString(16)}${digits.padEnd(14, 'f')}`);
  return encipherTdes(pinKey.reveal('encipher PIN block'), xor(field, accountField(pan)));
}

/**
 * Throws `CARD.PIN_BLOCK_INVALID` for another key, another PAN or a block that is not format 0; it does not say which.
 */
export function decodePinBlockFormat0(pinKey: Key, pinBlock: Bytes, pan: Pan): Sensitive<string> {
  if (pinBlock.length !== TDES_BLOCK) throw pinBlockInvalid();
  // One block from a zero vector: the same as ECB.
  const clear = decipherTdesCbc(pinKey.reveal('decipher PIN block'), pinBlock);
  const field = toHex(xor(clear, accountField(pan)));
  const length = parseInt(field.charAt(1), 16);
  const digits = field.slice(2, 2 + length);
  if (!/^0[4-9abc]/.test(field) || !/^[0-9]+$/.test(digits) || !/^f*$/.test(field.slice(2 + length))) {
    throw pinBlockInvalid();
  }
  return new Sensitive(digits);
}

/** Four zeros and the twelve rightmost digits of the PAN, its check digit left out. */
const accountField = (pan: Pan): Bytes =>
  block(`0000${pan.reveal('account field').slice(0, -1).slice(-12).padStart(12, '0')}`);

const block = (hex: string): Bytes => fromHex(hex, TDES_BLOCK, 'CARD.PIN_BLOCK_INVALID', 'A PIN block field');

const pinBlockInvalid = (): DomainError =>
  new DomainError('CARD.PIN_BLOCK_INVALID', 'This is not a format 0 PIN block of this key and PAN');
