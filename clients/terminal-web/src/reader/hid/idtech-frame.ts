import { toHex, type Bytes } from '@openswipe/card';
import { Sensitive } from '@openswipe/kernel';
import { refusal } from '../reader-core.js';
import type { ProtectedTrack } from './protected-card.js';
import { trackText, type SwipeReport } from './swipe-report.js';

const STX = 0x02;
const ETX = 0x03;
const HASH = 20;
const SERIAL_NUMBER = 10;
const KSN = 10;
const TRACK_MAX = 127;

/** STX, length (low byte first), card data, XOR and sum of the card data, ETX. Throws `READER.REPORT_INVALID`. */
export function unframe(frame: Bytes): Bytes {
  const length = (frame[1] ?? 0) + 256 * (frame[2] ?? 0);
  const data = frame.slice(3, 3 + length);
  const [xorByte, sumByte, end] = frame.subarray(3 + length);
  const xor = data.reduce((value, byte) => value ^ byte, 0);
  const sum = data.reduce((value, byte) => (value + byte) & 0xff, 0);
  const isSound = frame[0] === STX && end === ETX && frame.length === length + 6 && xorByte === xor && sumByte === sum;
  if (!isSound) throw refusal('READER.REPORT_INVALID');
  return data;
}

/**
 * Card data of ID TECH's output frame, alike on USB, UART and audio jack: what is there is told by bits, so no field
 * has a fixed place (ID TECH 80000502-001; SecureHead, UniMag II and SREDKey 2 manuals). Encode types 0x8n are the
 * enhanced format; 0x0n the original one, of which only clear tracks are read: encrypted it enciphers the tracks as
 * one, and nothing published says where track 2 begins. Throws `READER.REPORT_INVALID`.
 */
export function parseIdtechCardData(data: Bytes): SwipeReport {
  const [encodeType, status, ...lengths] = data.subarray(0, 5);
  if (encodeType === undefined || status === undefined || lengths.length < 3) throw refusal('READER.REPORT_INVALID');
  if (lengths.some((length) => length > TRACK_MAX)) throw refusal('READER.REPORT_INVALID');
  const [length1 = 0, length2 = 0, length3 = 0] = lengths;
  const tracks = [length1, length2, length3] as const;
  if (bit(status, 1) === 0 || length2 === 0) {
    return { outcome: 'failed', code: bit(status, 4) === 1 ? 'READER.TRACK2_UNREADABLE' : 'READER.NO_TRACK2' };
  }
  return (encodeType & 0x80) === 0 ? original(data, tracks) : enhanced(data, tracks, bit(status, 6) === 1);
}

type Lengths = readonly [number, number, number];

function original(data: Bytes, [length1, length2, length3]: Lengths): SwipeReport {
  if (data.length !== 5 + length1 + length2 + length3) throw refusal('READER.REPORT_INVALID');
  return clear(data.subarray(5 + length1, 5 + length1 + length2));
}

function enhanced(data: Bytes, lengths: Lengths, hasOptional: boolean): SwipeReport {
  const [masked = 0, encrypted = 0, optional = 0] = data.subarray(5);
  const cipher = ciphers[(masked >> 4) & 3];
  if (cipher === undefined) throw refusal('READER.REPORT_INVALID');
  const block = cipher === 'tdes' ? 8 : 16;
  const cursor = new Cursor(data, 7 + (hasOptional ? 1 + optional : 0));
  const shown = lengths.map((length, track) => cursor.take(bit(masked, track) * length));
  const secret = lengths.map((length, track) => cursor.take(bit(encrypted, track) * padded(length, block)));
  const track2 = secret[1];
  if (track2 === undefined || track2.length === 0) {
    if (shown[1] === undefined || shown[1].length === 0) throw refusal('READER.REPORT_INVALID');
    return clear(shown[1]);
  }
  const sessionId = cursor.take(bit(encrypted, 6) * block);
  const ksn = ksnAtEnd(cursor, { masked, encrypted, hasOptional });
  const track: ProtectedTrack = {
    suite: 'mt1',
    form: 'idtech-track2',
    cipher,
    ksn: toHex(ksn),
    ciphertext: new Sensitive(toHex(track2)),
    ...(sessionId.length > 0 ? { sessionId: toHex(sessionId) } : {}),
  };
  const maskedTrack2 = trackText(shown[1] ?? new Uint8Array(0)) ?? '';
  return { outcome: 'protected', entryMode: 'magstripe', track, maskedTrack2 };
}

const ciphers: readonly ('tdes' | 'aes' | undefined)[] = ['tdes', 'aes'];

/** Behind hashes and serial number. Optional bytes may bring longer hashes and a MAC: its place is not known then. */
function ksnAtEnd(cursor: Cursor, bits: { masked: number; encrypted: number; hasOptional: boolean }): Bytes {
  const hashes = bit(bits.encrypted, 3) + bit(bits.encrypted, 4) + bit(bits.encrypted, 5);
  cursor.take(hashes * HASH + bit(bits.masked, 7) * SERIAL_NUMBER);
  const ksn = cursor.take(KSN);
  const isSure = bit(bits.encrypted, 7) === 1 && cursor.rest === 0 && ksn.some((byte) => byte !== 0);
  if (!isSure || bits.hasOptional) throw refusal('READER.REPORT_INVALID');
  return ksn;
}

function clear(bytes: Bytes): SwipeReport {
  const text = trackText(bytes);
  if (text === undefined) throw refusal('READER.REPORT_INVALID');
  return { outcome: 'clear', track2: new Sensitive(text) };
}

const bit = (value: number, index: number): 0 | 1 => (((value >> index) & 1) === 1 ? 1 : 0);

const padded = (length: number, block: number): number => Math.ceil(length / block) * block;

/** Takes field after field; a field that is cut off makes the report invalid. */
class Cursor {
  readonly #bytes: Bytes;
  #at: number;

  constructor(bytes: Bytes, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Bytes {
    if (length > this.rest) throw refusal('READER.REPORT_INVALID');
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }
}
