import type { Bytes } from '@openswipe/card';
import { Sensitive } from '@openswipe/kernel';
import { refusal } from '../reader-core.js';
import { trackText, type SwipeReport } from './swipe-report.js';

/** Bytes of the one input report: status, length and encode type, then three fields of 110. */
export const SURESWIPE_LENGTH = 337;

const TRACK_2 = { status: 1, length: 4, data: 117, size: 110 } as const;

/**
 * Clear text report of SureSwipe readers (MagTek 99875191), of ID TECH's "other" structure and Unitech's MS246. Each
 * swipe sends one, decoded or not; bytes behind the stated length are undefined. Throws `READER.REPORT_INVALID`.
 */
export function parseSureSwipe(bytes: Bytes): SwipeReport {
  if (bytes.length !== SURESWIPE_LENGTH) throw refusal('READER.REPORT_INVALID');
  const length = bytes[TRACK_2.length] ?? 0;
  if (length > TRACK_2.size) throw refusal('READER.REPORT_INVALID');
  if (((bytes[TRACK_2.status] ?? 0) & 1) !== 0) return { outcome: 'failed', code: 'READER.TRACK2_UNREADABLE' };
  if (length === 0) return { outcome: 'failed', code: 'READER.NO_TRACK2' };
  const text = trackText(bytes.subarray(TRACK_2.data, TRACK_2.data + length));
  if (text === undefined) throw refusal('READER.REPORT_INVALID');
  return { outcome: 'clear', track2: new Sensitive(text) };
}
