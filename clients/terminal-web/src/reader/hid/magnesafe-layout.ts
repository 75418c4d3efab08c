import type { HidCollection, HidItem } from './webhid-port.js';

/** Where a field of the input report lies, in bytes. */
export interface FieldPlace {
  readonly at: number;
  readonly length: number;
}

/** Usage id → place. */
export type ReportMap = ReadonlyMap<number, FieldPlace>;

/** Usage ids of the MagneSafe V5 input report, page 0xFF00 (MagTek 99875475, section 2). */
export const FIELD = {
  track2DecodeStatus: 0x21,
  magnePrintStatus: 0x23,
  track2Length: 0x29,
  track2: 0x31,
  encodeType: 0x38,
  cardStatus: 0x39,
  encryptionStatus: 0x42,
  ksn: 0x46,
  maskedTrack2Length: 0x48,
  maskedTrack2: 0x4b,
  sessionId: 0x50,
} as const;

/** The published order of usages and their bytes; the vendor asks to follow the descriptor instead. */
export const PUBLISHED_ORDER: readonly (readonly [usage: number, bytes: number])[] = [
  ...([0x20, 0x21, 0x22, 0x28, 0x29, 0x2a, 0x38] as const).map((usage) => [usage, 1] as const),
  ...([0x30, 0x31, 0x32] as const).map((usage) => [usage, 112] as const),
  ...([
    [0x39, 1],
    [0x23, 4],
    [0x2b, 1],
    [0x33, 128],
    [0x40, 16],
    [0x42, 2],
    [0x46, 10],
  ] as const),
  ...([0x47, 0x48, 0x49] as const).map((usage) => [usage, 1] as const),
  ...([0x4a, 0x4b, 0x4c] as const).map((usage) => [usage, 112] as const),
  [0x50, 8],
  ...([0x51, 0x52, 0x53, 0x54] as const).map((usage) => [usage, 1] as const),
  ...([
    [0x55, 3],
    [0x56, 8],
    [0x57, 20],
  ] as const),
];

/** 887 bytes, and the older report that ends at offset 856. */
export const PUBLISHED_LENGTHS: readonly number[] = [887, 856];

/** What a card cannot be read without. */
const NEEDED: readonly number[] = [FIELD.track2DecodeStatus, FIELD.track2Length, FIELD.track2];

export function publishedMap(length: number): ReportMap {
  const map = new Map<number, FieldPlace>();
  let at = 0;
  for (const [usage, bytes] of PUBLISHED_ORDER) {
    if (at + bytes <= length) map.set(usage, { at, length: bytes });
    at += bytes;
  }
  return map;
}

/**
 * From the collections that the browser parsed out of the report descriptor. `undefined` if they do not place what is
 * needed, e.g. because the descriptor gives the report as one usage.
 */
export function reportMapOf(collections: readonly HidCollection[], reportId: number): ReportMap | undefined {
  const reports = collections.flatMap(({ inputReports = [] }) => inputReports);
  for (const { reportId: id = 0, items = [] } of reports) {
    if (id !== reportId) continue;
    const map = placesOf(items);
    if (map !== undefined && NEEDED.every((usage) => map.has(usage))) return map;
  }
  return undefined;
}

/** Whether one of the reports is that of a MagneSafe reader, whatever its product id: a SureSwipe has no KSN. */
export function describesMagneSafe(collections: readonly HidCollection[]): boolean {
  const ids = collections.flatMap(({ inputReports = [] }) => inputReports.map(({ reportId = 0 }) => reportId));
  return ids.some((id) => reportMapOf(collections, id)?.has(FIELD.ksn) === true);
}

/** The fields in a row; `undefined` if one is not whole bytes. */
function placesOf(items: readonly HidItem[]): ReportMap | undefined {
  const map = new Map<number, FieldPlace>();
  let at = 0;
  for (const item of items) {
    const { reportSize = 0, reportCount = 0 } = item;
    const element = reportSize / 8;
    if (!Number.isInteger(element) || element === 0) return undefined;
    const usages = usagesOf(item, reportCount);
    usages.forEach((usage, index) => {
      // HID 1.11 6.2.2.8: the last usage stands for all elements that are left.
      const count = index === usages.length - 1 ? reportCount - index : 1;
      if (!map.has(usage)) map.set(usage, { at: at + index * element, length: count * element });
    });
    at += element * reportCount;
  }
  return map;
}

function usagesOf({ isRange, usages = [], usageMinimum = 0, usageMaximum = 0 }: HidItem, count: number): number[] {
  if (isRange !== true) return usages.slice(0, count).map((usage) => usage & 0xffff);
  const length = Math.min(usageMaximum - usageMinimum + 1, count);
  return Array.from({ length: Math.max(0, length) }, (_, index) => (usageMinimum + index) & 0xffff);
}
