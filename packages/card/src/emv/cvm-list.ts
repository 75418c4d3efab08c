import type { Bytes } from '../bytes.js';
import { dataInvalid } from './data-objects.js';

export type CvmMethod =
  | 'fail'
  | 'offline-pin'
  | 'online-pin'
  | 'offline-pin-and-signature'
  | 'enciphered-offline-pin'
  | 'enciphered-offline-pin-and-signature'
  | 'signature'
  | 'none'
  | 'unknown';

export type CvmCondition =
  | 'always'
  | 'unattended-cash'
  | 'not-cash'
  | 'terminal-supports'
  | 'manual-cash'
  | 'purchase-with-cashback'
  | 'under-x'
  | 'over-x'
  | 'under-y'
  | 'over-y'
  | 'unknown';

export interface CvmRule {
  readonly method: CvmMethod;
  readonly condition: CvmCondition;
  /** If this one fails: go on to the next rule, or fail as a whole. */
  readonly onFailure: 'next' | 'fail';
}

export interface CvmList {
  /** Minor units of the application's currency. */
  readonly x: number;
  readonly y: number;
  readonly rules: readonly CvmRule[];
}

/** EMV Book 3, Annex C3, table 39. */
const METHODS: Readonly<Record<number, CvmMethod>> = {
  0x00: 'fail',
  0x01: 'offline-pin',
  0x02: 'online-pin',
  0x03: 'offline-pin-and-signature',
  0x04: 'enciphered-offline-pin',
  0x05: 'enciphered-offline-pin-and-signature',
  0x1e: 'signature',
  0x1f: 'none',
};

/** EMV Book 3, Annex C3, table 40, in the order of their codes. */
const CONDITIONS: readonly CvmCondition[] = [
  ...(['always', 'unattended-cash', 'not-cash', 'terminal-supports', 'manual-cash'] as const),
  ...(['purchase-with-cashback', 'under-x', 'over-x', 'under-y', 'over-y'] as const),
];

/** What a terminal says that it did to verify the holder (tag 9F34). */
export interface CvmResults {
  readonly method: CvmMethod | 'not-performed';
  readonly result: 'unknown' | 'failed' | 'successful';
}

const NOT_PERFORMED = 0x3f;
const RESULTS: Readonly<Record<number, CvmResults['result']>> = { 1: 'failed', 2: 'successful' };

/** EMV Book 4, A4. Throws `CARD.EMV_DATA_INVALID`. */
export function parseCvmResults(value: Bytes): CvmResults {
  const [performed, , result] = value;
  if (value.length !== 3 || performed === undefined || result === undefined) throw dataInvalid('9f34');
  const code = performed & 0x3f;
  const method = code === NOT_PERFORMED ? 'not-performed' : (METHODS[code] ?? 'unknown');
  return { method, result: RESULTS[result] ?? 'unknown' };
}

/** What the issuer wants the holder verified by (tag 8E). Throws `CARD.EMV_DATA_INVALID`. */
export function parseCvmList(value: Bytes): CvmList {
  if (value.length < 10 || value.length % 2 !== 0) throw dataInvalid('8e');
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const rules: CvmRule[] = [];
  for (let at = 8; at < value.length; at += 2) {
    const code = view.getUint8(at);
    rules.push({
      method: METHODS[code & 0x3f] ?? 'unknown',
      condition: CONDITIONS[view.getUint8(at + 1)] ?? 'unknown',
      onFailure: (code & 0x40) === 0 ? 'fail' : 'next',
    });
  }
  return { x: view.getUint32(0), y: view.getUint32(4), rules };
}
