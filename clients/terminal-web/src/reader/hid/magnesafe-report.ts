import { toHex, type Bytes } from '@openswipe/card';
import { Sensitive } from '@openswipe/kernel';
import { refusal } from '../reader-core.js';
import type { ReaderFaultCode } from '../reader-driver.js';
import { FIELD, type ReportMap } from './magnesafe-layout.js';
import { magneSafeSwipe, trackText, type SwipeReport } from './swipe-report.js';

/** Reader encryption status, two bytes, the first one high. */
const KEYS_EXHAUSTED = 0x01;
const KEY_INJECTED_AND_ENABLED = 0x06;
const AUTHENTICATION_REQUIRED = 0x08;

/** MagnePrint status, four bytes, the first one low. */
const MAGNEPRINT_FAULTS: readonly (readonly [bit: number, code: ReaderFaultCode])[] = [
  [18, 'READER.SWIPE_TOO_SLOW'],
  [19, 'READER.SWIPE_TOO_FAST'],
  [17, 'READER.SWIPE_NOISY'],
  [21, 'READER.SWIPE_REVERSED'],
];

/** TDES block. */
const BLOCK = 8;

export interface MagneSafeReport {
  readonly swipe: SwipeReport;
  /** Insert readers report both ways; true while the card goes in. */
  readonly isInserting: boolean;
}

/**
 * Input report of a MagneSafe V5 reader (MagTek 99875475). Every swipe sends one, even if nothing was decoded. A reader
 * without an enabled key sends its tracks in clear in the fields of the encrypted ones (security level 2). Track 2 is
 * encrypted with its sentinels, zeros behind, CBC from a zero IV, under the PIN variant of the KSN's key.
 * Throws `READER.REPORT_INVALID`.
 */
export function parseMagneSafe(bytes: Bytes, map: ReportMap): MagneSafeReport {
  const field = (usage: number): Bytes => {
    const place = map.get(usage);
    const value = place === undefined ? new Uint8Array(0) : bytes.slice(place.at, place.at + place.length);
    if (place !== undefined && value.length < place.length) throw refusal('READER.REPORT_INVALID');
    return value;
  };
  return { swipe: swipeOf(field), isInserting: ((field(FIELD.cardStatus)[0] ?? 0) & 1) !== 0 };
}

function swipeOf(field: (usage: number) => Bytes): SwipeReport {
  const status = field(FIELD.encryptionStatus).reduce((value, byte) => value * 256 + byte, 0);
  if ((status & KEYS_EXHAUSTED) !== 0) return { outcome: 'failed', code: 'READER.KEYS_EXHAUSTED' };
  if (((field(FIELD.track2DecodeStatus)[0] ?? 0) & 1) !== 0) {
    return { outcome: 'failed', code: whyUnreadable(field(FIELD.magnePrintStatus)) };
  }
  const data = valueOf(field(FIELD.track2), field(FIELD.track2Length));
  if (data.length === 0) {
    const isLocked = (status & AUTHENTICATION_REQUIRED) !== 0;
    return { outcome: 'failed', code: isLocked ? 'READER.REFUSED' : 'READER.NO_TRACK2' };
  }
  if ((status & KEY_INJECTED_AND_ENABLED) !== KEY_INJECTED_AND_ENABLED) return clear(data);
  return encrypted(data, field);
}

/** A good decode needs no MagnePrint; a bad one is explained by it. */
function whyUnreadable(magnePrint: Bytes): ReaderFaultCode {
  const isSet = (bit: number): boolean => (((magnePrint[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
  return MAGNEPRINT_FAULTS.find(([bit]) => isSet(bit))?.[1] ?? 'READER.TRACK2_UNREADABLE';
}

/** Bytes behind the stated length are undefined. */
function valueOf(data: Bytes, [length = 0]: Bytes): Bytes {
  if (length > data.length) throw refusal('READER.REPORT_INVALID');
  return data.slice(0, length);
}

function clear(data: Bytes): SwipeReport {
  const text = trackText(data);
  if (text === undefined) throw refusal('READER.REPORT_INVALID');
  return { outcome: 'clear', track2: new Sensitive(text) };
}

function encrypted(data: Bytes, field: (usage: number) => Bytes): SwipeReport {
  const ksn = field(FIELD.ksn);
  if (data.length % BLOCK !== 0 || ksn.length !== 10 || ksn.every((byte) => byte === 0)) {
    throw refusal('READER.REPORT_INVALID');
  }
  const maskedTrack2 = trackText(valueOf(field(FIELD.maskedTrack2), field(FIELD.maskedTrack2Length))) ?? '';
  const sessionId = toHex(field(FIELD.sessionId));
  return magneSafeSwipe(maskedTrack2, { ksn: toHex(ksn), ciphertext: toHex(data), sessionId });
}
