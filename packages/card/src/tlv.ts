import { DomainError } from '@openswipe/kernel';
import { concat, toHex, type Bytes } from './bytes.js';

/** One BER-TLV data object (EMV Book 3, Annex B). Unknown tags are carried along like known ones. */
export interface Tlv {
  /** Lower-case hexadecimal, e.g. `9f26`. */
  readonly tag: string;
  readonly value: Bytes;
  /** What a constructed object holds; absent for a primitive one. */
  readonly children?: readonly Tlv[];
}

/** Deepest nesting, the outermost objects being 1; readers use five. */
const MAX_DEPTH = 8;
/** Bytes in all; a reader's largest message is a tenth of it. */
const MAX_LENGTH = 16 * 1024;
/** Objects in all. */
const MAX_OBJECTS = 1_024;
const MAX_TAG_BYTES = 4;
/** Bytes of a length in its long form, the first one not counted. */
const MAX_LENGTH_BYTES = 2;

/**
 * All of `bytes`, object after object; zero bytes before, between and after objects are padding (EMV Book 3, Annex B1).
 * Throws `CARD.TLV_INVALID` for a length that overruns, the indefinite form, and whatever is deeper, longer or more
 * than the limits above. The message holds no value: it may be a track.
 */
export function parseTlv(bytes: Bytes): readonly Tlv[] {
  if (bytes.length > MAX_LENGTH) throw invalid('too long');
  const count = { objects: 0 };
  return objectsOf(bytes, 1, count);
}

/** The first object with this tag, at any depth, in the order of the bytes. */
export function findTlv(objects: readonly Tlv[], tag: string): Tlv | undefined {
  for (const object of objects) {
    const found = object.tag === tag ? object : findTlv(object.children ?? [], tag);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Shortest form of the length. `tag` in hexadecimal; throws `CARD.TLV_INVALID` for what `parseTlv` would not take. */
export function encodeTlv(tag: string, value: Bytes): Bytes {
  const tagBytes = /^(?:[0-9a-f]{2}){1,4}$/i.test(tag) ? Uint8Array.from(tag.match(/../g) ?? [], byte) : undefined;
  if (tagBytes === undefined || tagBytes[0] === 0 || tagLengthAt(tagBytes, 0) !== tagBytes.length)
    throw invalid('bad tag');
  if (value.length > MAX_LENGTH) throw invalid('too long');
  return concat(tagBytes, lengthBytes(value.length), value);
}

const byte = (hex: string): number => Number.parseInt(hex, 16);

function lengthBytes(length: number): Bytes {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100 ? Uint8Array.of(0x81, length) : Uint8Array.of(0x82, length >> 8, length & 0xff);
}

function objectsOf(bytes: Bytes, depth: number, count: { objects: number }): readonly Tlv[] {
  if (depth > MAX_DEPTH && bytes.length > 0) throw invalid('too deep');
  const objects: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === 0) {
      at += 1;
      continue;
    }
    if (++count.objects > MAX_OBJECTS) throw invalid('too many objects');
    const tagEnd = at + tagLengthAt(bytes, at);
    const { length, end: start } = lengthAt(bytes, tagEnd);
    const end = start + length;
    if (end > bytes.length) throw invalid('a length overruns');
    const tag = toHex(bytes.slice(at, tagEnd));
    const value = bytes.slice(start, end);
    const isConstructed = ((bytes[at] ?? 0) & 0x20) !== 0;
    objects.push(isConstructed ? { tag, value, children: objectsOf(value, depth + 1, count) } : { tag, value });
    at = end;
  }
  return objects;
}

/** Low five bits all ones: more bytes follow, each but the last with its high bit set. */
function tagLengthAt(bytes: Bytes, at: number): number {
  if (((bytes[at] ?? 0) & 0x1f) !== 0x1f) return 1;
  for (let length = 2; length <= MAX_TAG_BYTES; length++) {
    const next = bytes[at + length - 1];
    if (next === undefined) throw invalid('cut off in a tag');
    if ((next & 0x80) === 0) return length;
  }
  throw invalid('a tag is too long');
}

function lengthAt(bytes: Bytes, at: number): { length: number; end: number } {
  const first = bytes[at];
  if (first === undefined) throw invalid('cut off before a length');
  if (first < 0x80) return { length: first, end: at + 1 };
  const size = first & 0x7f;
  if (size === 0 || size > MAX_LENGTH_BYTES) throw invalid('bad form of a length');
  const digits = bytes.slice(at + 1, at + 1 + size);
  if (digits.length < size) throw invalid('cut off in a length');
  return { length: digits.reduce((sum, digit) => sum * 256 + digit, 0), end: at + 1 + size };
}

function invalid(why: string): DomainError {
  return new DomainError('CARD.TLV_INVALID', `These are not BER-TLV data objects: ${why}`);
}
