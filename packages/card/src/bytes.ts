import { bytesToHex, hexToBytes } from '@noble/ciphers/utils.js';
import { DomainError } from '@openswipe/kernel';

export type Bytes = Uint8Array<ArrayBuffer>;

/** Lower-case hexadecimal. */
export const toHex = (bytes: Bytes): string => bytesToHex(bytes);

/**
 * Throws `DomainError(code)` unless `hex` is exactly `length` bytes of hexadecimal; the text is never in the message.
 */
export function fromHex(hex: unknown, length: number, code: string, what: string): Bytes {
  const shaped = typeof hex === 'string' && hex.length === length * 2 && hex.length % 2 === 0;
  if (shaped && /^[0-9a-f]*$/i.test(hex)) return hexToBytes(hex);
  throw new DomainError(code, `${what} must be ${length} bytes of hexadecimal`);
}

export function concat(...parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Lengths must be equal; the shorter operand is not padded. */
export const xor = (a: Bytes, b: Bytes): Bytes => a.map((byte, i) => byte ^ (b[i] ?? 0));
