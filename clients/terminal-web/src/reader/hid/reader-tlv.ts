import { parseTlv, type Bytes, type Tlv } from '@openswipe/card';
import { DomainError } from '@openswipe/kernel';
import { refusal } from '../reader-core.js';

/** TLV of a reader: one that cannot be read makes the report invalid. */
export function objectsOf(bytes: Bytes): readonly Tlv[] {
  try {
    return parseTlv(bytes);
  } catch (error) {
    if (error instanceof DomainError) throw refusal('READER.REPORT_INVALID');
    throw error;
  }
}
