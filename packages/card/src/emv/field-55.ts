import { DomainError, Sensitive } from '@openswipe/kernel';
import { concat, fromHex, toHex, type Bytes } from '../bytes.js';
import { encodeTlv, parseTlv } from '../tlv.js';
import { currencyNumber } from './terminal-data.js';

/** What an issuer wants of a chip payment, in the usual order of ISO 8583 field 55. */
const TAGS = [
  ...['9f26', '9f27', '9f10', '9f37', '9f36', '95', '9a', '9c', '9f02', '5f2a', '82', '9f1a', '9f03', '9f33'],
  ...['9f34', '9f35', '84', '5f34'],
] as const;
/** The field's length in ISO 8583 is three digits; ours is far below. */
const BYTES_MAX = 255;

/** ISO 8583 field 55 as hexadecimal; a tag without a value is left out. It holds no PAN and no track. */
export function formatField55(valueOf: (tag: string) => Bytes | undefined): Sensitive<string> {
  const objects = TAGS.flatMap((tag) => {
    const value = valueOf(tag);
    return value === undefined ? [] : [encodeTlv(tag, value)];
  });
  return new Sensitive(toHex(concat(...objects)));
}

/**
 * The values by tag. Throws `CARD.EMV_FIELD_55_INVALID` for what is not BER-TLV, for a tag twice, and for tags that
 * have no business there: it is written by a terminal, and goes to an issuer.
 */
export function parseField55(hex: string): ReadonlyMap<string, Bytes> {
  const invalid = () => new DomainError('CARD.EMV_FIELD_55_INVALID', 'This is not the chip data of a payment');
  if (typeof hex !== 'string' || hex.length > BYTES_MAX * 2) throw invalid();
  const bytes = fromHex(hex, Math.floor(hex.length / 2), 'CARD.EMV_FIELD_55_INVALID', 'Field 55');
  const values = new Map<string, Bytes>();
  for (const { tag, value } of objectsOf(bytes, invalid)) {
    if (values.has(tag) || !(TAGS as readonly string[]).includes(tag)) throw invalid();
    values.set(tag, value);
  }
  return values;
}

/**
 * Whether the card made its cryptogram for a purchase of this amount and currency, without cash back: what a terminal
 * sends may be that of another payment.
 */
export function isForFee(
  values: ReadonlyMap<string, Bytes>,
  fee: { readonly amountMinor: string; readonly currency: string },
): boolean {
  const text = (tag: string) => toHex(values.get(tag) ?? new Uint8Array(0));
  const isPurchase = text('9c') === '00' && text('9f03') === '0'.repeat(12);
  const isAmount = text('9f02') === fee.amountMinor.padStart(12, '0') && text('5f2a') === currencyNumber(fee.currency);
  return isPurchase && isAmount;
}

function objectsOf(bytes: Bytes, invalid: () => DomainError) {
  try {
    return parseTlv(bytes);
  } catch {
    throw invalid();
  }
}
