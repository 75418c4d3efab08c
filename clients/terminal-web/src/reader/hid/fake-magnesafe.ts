import { fromHex, type Bytes } from '@openswipe/card';
import { PUBLISHED_ORDER } from './magnesafe-layout.js';
import type { HidCollection } from './webhid-port.js';

export const MASKED = ';6225000000000001=3112000000000000?';

export const hex = (text: string): Bytes => fromHex(text, text.length / 2, 'FAKE.HEX', 'The fixture');
const KSN = hex('ffff9876543210e00008');
export const CIPHERTEXT = hex('c25c1d1197d31caa'.repeat(5));
export const SESSION = hex('21685f158b5c6be0');

/** Field by field at the offsets that MagTek 99875475 gives. */
export function aReport(fields: Record<number, ArrayLike<number>> = {}, length = 887): Bytes {
  const report = new Uint8Array(887).fill(0);
  const put = (at: number, bytes: ArrayLike<number>): void => report.set(bytes, at);
  put(0, [0, 0, 0, 0, CIPHERTEXT.length, 0, 0]);
  put(119, CIPHERTEXT);
  put(493, [0x00, 0x06]);
  put(495, KSN);
  put(505, [0, MASKED.length, 0]);
  put(620, new TextEncoder().encode(MASKED));
  put(844, SESSION);
  for (const [at, bytes] of Object.entries(fields)) put(Number(at), bytes);
  return report.slice(0, length);
}

/** The report descriptor as WebHID parses it: one item for each run of equal fields. */
export function collections({ reportId = 0, order = PUBLISHED_ORDER } = {}): readonly HidCollection[] {
  const items = order.map(([usage, bytes]) => ({ usages: [0xff000000 + usage], reportSize: 8, reportCount: bytes }));
  const featureReports = [{ reportId, items: [{ usages: [0xff000020], reportSize: 8, reportCount: 24 }] }];
  return [{ usagePage: 0xff00, inputReports: [{ reportId, items }], featureReports }];
}
