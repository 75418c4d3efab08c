import { encodeTlv, type Bytes } from '@openswipe/card';
import { DomainError } from '@openswipe/kernel';
import type { IndicationSignal } from '../indication-signal.js';

/** ISO 4217 numeric codes of the currencies the platform settles. */
const CURRENCY_NUMBERS: Readonly<Record<string, string>> = {
  AED: '0784',
  AUD: '0036',
  BHD: '0048',
  CAD: '0124',
  CHF: '0756',
  CNY: '0156',
  EUR: '0978',
  GBP: '0826',
  HKD: '0344',
  JPY: '0392',
  KRW: '0410',
  KWD: '0414',
  MOP: '0446',
  SGD: '0702',
  TWD: '0901',
  USD: '0840',
};

/** Format n 12 (EMV Book 3, Annex A). */
const AMOUNT_DIGITS = 12;

/**
 * The fee information as a reader with an EMV kernel takes it: transaction type 9C (purchase), amount 9F02, no cash
 * back 9F03, currency 5F2A. Throws `READER.AMOUNT_TOO_LARGE` for an amount of more than twelve digits.
 */
export function feeTags({ amountMinor, currency }: IndicationSignal): Bytes {
  const number = CURRENCY_NUMBERS[currency];
  if (amountMinor.length > AMOUNT_DIGITS || number === undefined) {
    throw new DomainError('READER.AMOUNT_TOO_LARGE', 'This reader has no room for the amount', {
      param: 'amountMinor',
    });
  }
  const tags = [
    encodeTlv('9c', Uint8Array.of(0)),
    encodeTlv('9f02', digits(amountMinor.padStart(AMOUNT_DIGITS, '0'))),
    encodeTlv('9f03', new Uint8Array(AMOUNT_DIGITS / 2)),
    encodeTlv('5f2a', digits(number)),
  ];
  return Uint8Array.from(tags.flatMap((tag) => [...tag]));
}

/** Two decimal digits in a byte. */
const digits = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
