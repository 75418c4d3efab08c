import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto';
import { DomainError, Sensitive } from '@openswipe/kernel';
import type { Key } from '../aes-engine.js';
import { concat, fromHex, type Bytes } from '../bytes.js';
import type { Pan } from '../pan.js';
import { parseField55 } from './field-55.js';

/**
 * The issuer's side, for the simulator: one scheme of the many that issuers use, and this one whole.
 *
 * - card master key: EMV Book 2, A1.4.1, option A, for PANs of every length; double-length TDES, odd parity
 * - session key: EMV Book 2, A1.3.1, common session key derivation, from the application transaction counter
 * - cryptogram: EMV Book 2, A1.2.1: MAC algorithm 3 of ISO/IEC 9797-1, padding method 2, 8 bytes
 * - data: the ten elements that EMV Book 2, table 26 recommends, then all of the issuer application data (9F10)
 *
 * With a PAN of 16 digits this is what payment systems know as cryptogram version 18.
 */
const DATA_TAGS = ['9f02', '9f03', '9f1a', '95', '5f2a', '9a', '9c', '9f37', '82', '9f36', '9f10'] as const;
/** The issuer application data alone may be absent. */
const OPTIONAL_TAG = '9f10';

/** 16 bytes, odd parity. `panSequence`: two digits (5F34). Throws `CARD.KEY_INVALID` for a key of another length. */
export function deriveCardKey(issuerKey: Key, pan: Pan, panSequence: string): Key {
  if (!/^\d{2}$/.test(panSequence)) {
    throw new DomainError('CARD.EMV_DATA_INVALID', 'A PAN sequence number has two digits', { facts: { tag: '5f34' } });
  }
  const digits = `${pan.reveal('derive a card key')}${panSequence}`.slice(-16).padStart(16, '0');
  const left = fromHex(digits, 8, 'CARD.EMV_DATA_INVALID', 'PAN and sequence');
  return doubleKey(
    issuerKey,
    left,
    left.map((byte) => byte ^ 0xff),
  );
}

/** `atc`: application transaction counter, two bytes. */
export function deriveSessionKey(cardKey: Key, atc: Bytes): Key {
  const [high = 0, low = 0] = atc;
  return doubleKey(
    cardKey,
    Uint8Array.of(high, low, 0xf0, 0, 0, 0, 0, 0),
    Uint8Array.of(high, low, 0x0f, 0, 0, 0, 0, 0),
  );
}

/** 8 bytes over `data`, under a session key. */
export function generateCryptogram(sessionKey: Key, data: Bytes): Bytes {
  const key = doubleLength(sessionKey);
  const [left, right] = [key.slice(0, 8), key.slice(8)];
  const padded = concat(data, Uint8Array.of(0x80), new Uint8Array(7 - (data.length % 8)));
  const chained = chain('encrypt', threefold(left), padded).slice(-8);
  return chain('encrypt', threefold(left), chain('decrypt', threefold(right), chained));
}

/** What the cryptogram of a payment is made over. Throws `CARD.EMV_DATA_MISSING`. */
export function cryptogramData(valueOf: (tag: string) => Bytes | undefined): Bytes {
  return concat(
    ...DATA_TAGS.map((tag) => {
      const value = valueOf(tag);
      if (value !== undefined) return value;
      if (tag === OPTIONAL_TAG) return new Uint8Array(0);
      throw new DomainError('CARD.EMV_DATA_MISSING', `The chip data has no ${tag}`, { facts: { tag } });
    }),
  );
}

/**
 * Whether the request cryptogram in `field55` is that of the card of `pan`. This compares the cryptogram alone: the
 * caller also asks `isForFee`, compares the date (9A), and sees that the counter (9F36) moves forward.
 * Throws `CARD.EMV_FIELD_55_INVALID`, `CARD.EMV_DATA_MISSING`.
 */
export function verifyCryptogram(issuerKey: Key, pan: Pan, field55: string): boolean {
  const values = parseField55(field55);
  const [cryptogram, atc] = [values.get('9f26'), values.get('9f36')];
  const data = cryptogramData((tag) => values.get(tag));
  if (cryptogram?.length !== 8 || atc?.length !== 2) return false;
  const isRequest = ((values.get('9f27')?.[0] ?? 0) & 0xc0) === 0x80;
  const panSequence = values.get('5f34')?.[0]?.toString(16).padStart(2, '0') ?? '00';
  if (!isRequest || !/^\d{2}$/.test(panSequence)) return false;
  const sessionKey = deriveSessionKey(deriveCardKey(issuerKey, pan, panSequence), atc);
  return timingSafeEqual(generateCryptogram(sessionKey, data), cryptogram);
}

const ZERO_IV = new Uint8Array(8);

/** Both halves enciphered under `key`, one by one, and given odd parity. */
function doubleKey(key: Key, left: Bytes, right: Bytes): Key {
  const bytes = doubleLength(key);
  const tripleLength = concat(bytes, bytes.slice(0, 8));
  const halves = [left, right].map((half) => chain('encrypt', tripleLength, half));
  return new Sensitive(concat(...halves).map(withOddParity));
}

function doubleLength(key: Key): Bytes {
  const bytes = key.reveal('derive or use an EMV key');
  if (bytes.length === 16) return bytes;
  throw new DomainError('CARD.KEY_INVALID', 'An EMV key is a double-length TDES key');
}

/** TDES under one key three times is DES, which OpenSSL 3 no longer offers by itself. */
const threefold = (key: Bytes): Bytes => concat(key, key, key);

/** CBC from zero; of one block it is the bare cipher. */
function chain(way: 'encrypt' | 'decrypt', key: Bytes, data: Bytes): Bytes {
  const make = way === 'encrypt' ? createCipheriv : createDecipheriv;
  const cipher = make('des-ede3-cbc', key, ZERO_IV).setAutoPadding(false);
  return concat(new Uint8Array(cipher.update(data)), new Uint8Array(cipher.final()));
}

function withOddParity(byte: number): number {
  let ones = 0;
  for (let bit = 1; bit < 8; bit++) ones += (byte >> bit) & 1;
  return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
}
