import { refusal } from './accounts-errors.js';

// Control and bidirectional-override characters have no place in a name that other people read.
const UNPRINTABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** Trimmed, NFC text of 1 … `lengthMax` characters. Throws `ACCOUNTS.FIELD_INVALID`. */
export function parseText(param: string, text: string, lengthMax: number): string {
  const trimmed = text.normalize('NFC').trim();
  if (trimmed.length === 0 || trimmed.length > lengthMax || UNPRINTABLE.test(trimmed)) {
    throw refusal.fieldInvalid(param, `1 to ${lengthMax} printable characters`);
  }
  return trimmed;
}

/** As `parseText`, where nothing at all is allowed too. */
export const parseOptionalText = (param: string, text: string, lengthMax: number): string | undefined =>
  text.trim() === '' ? undefined : parseText(param, text, lengthMax);
