import { readFileSync } from 'node:fs';
import { Sensitive } from '@openswipe/kernel';
import { fromHex, toHex, type Bytes, type Key } from '../src/index.js';

/** Reads `vectors/<name>.json`; each file names its source. */
export const vectors = (name: string) =>
  JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8'));

export const bytes = (hex: string): Bytes => fromHex(hex, hex.length / 2, 'TEST.VECTOR', 'A vector');
export const key = (hex: string): Key => new Sensitive(bytes(hex));
/** As the vectors are written: upper case. */
export const hexOf = (secret: Key): string => toHex(secret.reveal('compare with a vector')).toUpperCase();

/** The code of the DomainError that `act` throws; fails on any other outcome. */
export function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
  return 'nothing was thrown';
}
