import { concat, toHex, type Bytes } from '../bytes.js';
import { dataInvalid } from './data-objects.js';

/** Numeric (n) elements of the terminal and card: kept to the right, where others are kept to the left. */
const NUMERIC = new Set([
  ...['42', '5f24', '5f25', '5f28', '5f2a', '5f30', '5f34', '5f36', '9a', '9c', '9f01', '9f02', '9f03', '9f0b'],
  ...['9f11', '9f15', '9f1a', '9f21', '9f35', '9f39', '9f3b', '9f3c', '9f3d', '9f41', '9f42', '9f43', '9f44'],
]);
/** Compressed numeric (cn): filled up with F on the right. */
const COMPRESSED = new Set(['5a', '9f20', '9f62']);
/** A command carries 255 bytes (EMV Book 1, 9.3.1.1). */
const DATA_MAX = 255;

/**
 * The values that a DOL (PDOL, CDOL) asks for, one after the other, without tags. What nobody knows is zeros, and so is
 * a template; a wrong length is cut or filled as EMV Book 3, 5.4 says. `listTag` is the list's own tag, for
 * `CARD.EMV_DATA_INVALID`, thrown for a malformed list.
 */
export function dataFor(list: Bytes, listTag: string, valueOf: (tag: string) => Bytes | undefined): Bytes {
  const parts: Bytes[] = [];
  let total = 0;
  let at = 0;
  while (at < list.length) {
    const end = at + tagLength(list, at);
    const length = list[end];
    if (length === undefined || length > 0x7f) throw dataInvalid(listTag);
    total += length;
    if (total > DATA_MAX) throw dataInvalid(listTag);
    const tag = toHex(list.slice(at, end));
    const isTemplate = ((list[at] ?? 0) & 0x20) !== 0;
    parts.push(fitted(tag, (isTemplate ? undefined : valueOf(tag)) ?? new Uint8Array(0), length));
    at = end + 1;
  }
  return concat(...parts);
}

function tagLength(list: Bytes, at: number): number {
  if (((list[at] ?? 0) & 0x1f) !== 0x1f) return 1;
  return ((list[at + 1] ?? 0) & 0x80) === 0 ? 2 : 3;
}

function fitted(tag: string, value: Bytes, length: number): Bytes {
  const isNumeric = NUMERIC.has(tag);
  if (value.length > length) return isNumeric ? value.slice(value.length - length) : value.slice(0, length);
  const filling = new Uint8Array(length - value.length);
  if (isNumeric) return concat(filling, value);
  // Nothing at all is zeros, whatever the format.
  return concat(value, COMPRESSED.has(tag) && value.length > 0 ? filling.fill(0xff) : filling);
}
