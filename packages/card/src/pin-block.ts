import { DomainError, Sensitive } from '@openswipe/kernel';
import { requireLength, type AesEngine, type Key } from './aes-engine.js';
import { concat, fromHex, toHex, xor, type Bytes } from './bytes.js';
import type { Pan } from './pan.js';

/**
 * Enciphers a PIN in an ISO 9564-1:2017 format 4 block (9.4.2.3), 16 bytes. `random8` is fresh for every block, so that
 * two blocks of one PIN differ. Throws `CARD.PIN_INVALID` unless the PIN has 4 to 12 digits (8.1).
 */
export function encodePinBlockFormat4(
  aes: AesEngine,
  pinKey: Key,
  pin: Sensitive<string>,
  pan: Pan,
  random8: Bytes,
): Bytes {
  const key = pinKey.reveal('encipher PIN block');
  const block = concat(pinField(pin), requireLength(random8, 8, 'The random part of a PIN block'));
  return aes.encryptBlock(key, xor(aes.encryptBlock(key, block), panField(pan)));
}

/**
 * Throws `CARD.PIN_BLOCK_INVALID` for another key, another PAN or a block that is not format 4; it does not say which.
 */
export function decodePinBlockFormat4(aes: AesEngine, pinKey: Key, block: Bytes, pan: Pan): Sensitive<string> {
  if (block.length !== 16) throw pinBlockInvalid();
  const key = pinKey.reveal('decipher PIN block');
  const field = toHex(aes.decryptBlock(key, xor(aes.decryptBlock(key, block), panField(pan))));
  // 9.4.2.2: control 4, length, the digits, then fill of A up to the 14th digit; 8 random bytes follow.
  const length = parseInt(field.charAt(1), 16);
  const digits = field.slice(2, 2 + length);
  const fill = field.slice(2 + length, 16);
  if (!/^4[4-9abc]/.test(field) || !/^[0-9]+$/.test(digits) || !/^a+$/.test(fill)) throw pinBlockInvalid();
  return new Sensitive(digits);
}

/** 9.4.2.2, its first 8 bytes. */
function pinField(pin: Sensitive<string>): Bytes {
  const digits = pin.reveal('PIN field');
  if (typeof digits !== 'string' || !/^[0-9]{4,12}$/.test(digits)) {
    throw new DomainError('CARD.PIN_INVALID', 'A PIN has 4 to 12 digits', { param: 'pin' });
  }
  return hexBlock(`4${digits.length.toString(16)}${digits.padEnd(14, 'a')}`);
}

/** 9.4.2.2: the PAN's length above 12, the PAN itself (check digit included, at least 12 digits), then zeros. */
function panField(pan: Pan): Bytes {
  const digits = pan.reveal('PAN field').padStart(12, '0');
  return hexBlock(`${digits.length - 12}${digits}`.padEnd(32, '0'));
}

const hexBlock = (hex: string): Bytes => fromHex(hex, hex.length / 2, 'CARD.PIN_BLOCK_INVALID', 'A PIN block field');

const pinBlockInvalid = (): DomainError =>
  new DomainError('CARD.PIN_BLOCK_INVALID', 'This is not a format 4 PIN block of this key and PAN');
