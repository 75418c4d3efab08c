import { refusal } from './accounts-errors.js';
import { parseText } from './text-field.js';

const LINES_MAX = 5;

/** Where a reader is shipped to [0064]. */
export interface PostalAddress {
  readonly recipient: string;
  readonly addressLines: readonly string[];
  readonly city: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** Throws `ACCOUNTS.FIELD_INVALID`. */
export function parsePostalAddress(raw: PostalAddress): PostalAddress {
  const { addressLines, country } = raw;
  if (addressLines.length === 0 || addressLines.length > LINES_MAX) {
    throw refusal.fieldInvalid('postalAddress.addressLines', `1 to ${LINES_MAX} lines`);
  }
  if (!/^[A-Z]{2}$/.test(country)) throw refusal.fieldInvalid('postalAddress.country', 'two letters (ISO 3166-1)');
  return {
    recipient: parseText('postalAddress.recipient', raw.recipient, 140),
    addressLines: addressLines.map((line) => parseText('postalAddress.addressLines', line, 140)),
    city: parseText('postalAddress.city', raw.city, 100),
    postalCode: parseText('postalAddress.postalCode', raw.postalCode, 16),
    country,
  };
}
