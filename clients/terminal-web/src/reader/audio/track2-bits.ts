/**
 * The bit form of track 2 (ISO/IEC 7811-6, 75 bits per inch): five bits per character, four of data with the least
 * significant first (character = 0x30 + value) and one of odd parity; `;` starts, `?` ends, then one LRC character
 * whose data bits make every column even and whose own parity is odd.
 */
export const TRACK2_BITS_PER_INCH = 75;
export const BITS_PER_CHARACTER = 5;

const BASE = 0x30;
const START = valueOf(';');
const END = valueOf('?');
/** ISO/IEC 7811-6 allows 40 characters with sentinels and LRC; a run longer than this is no track 2. */
const CHARACTERS_MAX = 40;

export type BitsFailure = 'no-track2' | 'incomplete' | 'parity-bad' | 'lrc-bad';

/** Bits of the characters of `text` (with its sentinels) and its LRC, in which `lrcError` flips data bits. */
export function track2Bits(text: string, lrcError = 0): number[] {
  const values = [...text].map(valueOf);
  const lrc = values.reduce((sum, value) => sum ^ value, 0);
  return [...values, lrc ^ lrcError].flatMap(characterBits);
}

/** How far a stripe could be read: `characters` that were good before the failure. */
export interface BitsRefusal {
  readonly reason: BitsFailure;
  readonly characters: number;
}

/** Text with sentinels from bits in stripe order, leading zeros included, or how far it came. */
export function textOfBits(bits: readonly number[]): { text: string } | BitsRefusal {
  let refusal: BitsRefusal = { reason: 'no-track2', characters: 0 };
  for (let at = bits.indexOf(1); at >= 0; at = bits.indexOf(1, at + 1)) {
    if (readValue(bits, at) !== START) continue;
    const read = readFrom(bits, at);
    if ('text' in read) return read;
    if (read.characters > refusal.characters) refusal = read;
  }
  return refusal;
}

function readFrom(bits: readonly number[], start: number): { text: string } | BitsRefusal {
  let text = '';
  let lrc = 0;
  for (let at = start; text.length < CHARACTERS_MAX; at += BITS_PER_CHARACTER) {
    const value = readValue(bits, at);
    if (typeof value === 'string') return { reason: value, characters: text.length };
    text += String.fromCharCode(BASE + value);
    lrc ^= value;
    if (value !== END) continue;
    const check = readValue(bits, at + BITS_PER_CHARACTER);
    if (check === lrc) return { text };
    return { reason: check === 'incomplete' ? check : 'lrc-bad', characters: text.length };
  }
  return { reason: 'incomplete', characters: text.length };
}

function readValue(bits: readonly number[], at: number): number | 'incomplete' | 'parity-bad' {
  if (at + BITS_PER_CHARACTER > bits.length) return 'incomplete';
  let value = 0;
  let ones = 0;
  for (let bit = 0; bit < BITS_PER_CHARACTER; bit++) {
    const set = bits[at + bit] === 1;
    if (set) ones++;
    if (set && bit < BITS_PER_CHARACTER - 1) value |= 1 << bit;
  }
  return ones % 2 === 1 ? value : 'parity-bad';
}

function characterBits(value: number): number[] {
  const data = [0, 1, 2, 3].map((bit) => (value >> bit) & 1);
  const ones = data.reduce((sum, bit) => sum + bit, 0);
  return [...data, 1 - (ones % 2)];
}

function valueOf(character: string): number {
  return character.charCodeAt(0) - BASE;
}
