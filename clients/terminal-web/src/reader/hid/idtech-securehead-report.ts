import type { Bytes } from '@openswipe/card';
import { Sensitive } from '@openswipe/kernel';
import { refusal } from '../reader-core.js';
import { parseIdtechCardData, unframe } from './idtech-frame.js';
import type { SwipeReport } from './swipe-report.js';

/** Three statuses, three lengths, encode type, length of the output in two bytes. */
const HEADER = 9;
const OUTPUT_MAX = 512;

/**
 * ID TECH structure of SecureHead readers (manual 4.1.1). The output is the enhanced frame when the reader encrypts,
 * else the tracks as text with whatever the owner set around them. The manual does not say which byte of the length
 * comes first: low as in the frame, unless that is more than there is. Throws `READER.REPORT_INVALID`.
 */
export function parseSecureHead(bytes: Bytes): SwipeReport {
  if (bytes.length < HEADER || bytes.length > HEADER + OUTPUT_MAX) throw refusal('READER.REPORT_INVALID');
  const [, status2 = 0, , , length2 = 0] = bytes;
  const output = outputOf(bytes);
  if (output[0] === 0x02) return parseIdtechCardData(unframe(output));
  if ((status2 & 1) !== 0) return { outcome: 'failed', code: 'READER.TRACK2_UNREADABLE' };
  if (length2 === 0) return { outcome: 'failed', code: 'READER.NO_TRACK2' };
  const track2 = /;[^?]*\?/.exec(String.fromCharCode(...output))?.[0];
  // Control characters may stand around a track; inside one they are broken digits: without them the PAN is another.
  if (track2 === undefined || !/^[ -~]+$/.test(track2)) throw refusal('READER.REPORT_INVALID');
  return { outcome: 'clear', track2: new Sensitive(track2) };
}

function outputOf(bytes: Bytes): Bytes {
  const [first = 0, second = 0] = bytes.subarray(7);
  const available = bytes.length - HEADER;
  const length = [first + 256 * second, second + 256 * first].find((candidate) => candidate <= available);
  if (length === undefined) throw refusal('READER.REPORT_INVALID');
  return bytes.slice(HEADER, HEADER + length);
}
