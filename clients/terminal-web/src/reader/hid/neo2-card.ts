import { findTlv, type Bytes } from '@openswipe/card';
import { refusal } from '../reader-core.js';
import { equivalentTrack2 } from './equivalent-track2.js';
import { parseIdtechCardData, unframe } from './idtech-frame.js';
import { objectsOf } from './reader-tlv.js';
import type { SwipeReport } from './swipe-report.js';

/**
 * Data of a successful answer to command 02-40: an attribution byte, then tags. A swipe is wrapped whole in DFEE23, in
 * the form of `idtech-frame.ts`; a chip that the reader does not encrypt gives the plain tag 57. An encrypted chip uses
 * lengths that are no BER-TLV and is not read. Throws `READER.REPORT_INVALID`.
 */
export function parseNeo2Card(data: Bytes): SwipeReport {
  if (data.length < 2) throw refusal('READER.REPORT_INVALID');
  const objects = objectsOf(data.slice(1));
  const stripe = findTlv(objects, 'dfee23')?.value;
  if (stripe !== undefined) return parseIdtechCardData(stripe[0] === 0x02 ? unframe(stripe) : stripe);
  const equivalent = findTlv(objects, '57')?.value;
  if (equivalent === undefined || equivalent.length === 0) return { outcome: 'failed', code: 'READER.NO_TRACK2' };
  return { outcome: 'clear', track2: equivalentTrack2(equivalent) };
}
