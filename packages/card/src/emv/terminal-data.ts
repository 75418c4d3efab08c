import { type Currency, exponentOf, Money } from '@openswipe/kernel';
import { fromHex, type Bytes } from '../bytes.js';
import { emvError } from './emv-error.js';

/** ISO 4217:2015, table A.1, numeric codes. */
const CURRENCY_NUMBERS: Readonly<Record<Currency, string>> = {
  AED: '784',
  AUD: '036',
  BHD: '048',
  CAD: '124',
  CHF: '756',
  CNY: '156',
  EUR: '978',
  GBP: '826',
  HKD: '344',
  JPY: '392',
  KRW: '410',
  KWD: '414',
  MOP: '446',
  SGD: '702',
  TWD: '901',
  USD: '840',
};

export interface ChipPayment {
  /** Decimal string of minor units, at most 12 digits: EMV's amount (9F02) has no more. */
  readonly amountMinor: string;
  readonly currency: string;
  /** ISO 3166-1 numeric, three digits: where the terminal stands. */
  readonly country: string;
  /** Local date and time of the terminal, YYMMDD and HHMMSS. */
  readonly date: string;
  readonly time: string;
  /** Four fresh random bytes (EMV Book 4, 6.5.6), chosen after the card was inserted. */
  readonly unpredictableNumber: Bytes;
}

/** ISO 4217 numeric code as 5F2A carries it, four digits. */
export const currencyNumber = (currency: string): string => `0${CURRENCY_NUMBERS[Money.of(0n, currency).currency]}`;

/**
 * What this terminal is (EMV Book 4, Annex A): unattended, the cardholder's own, online only; contact chip; PIN online
 * or none; no offline data authentication. And what this payment is. By tag, in lower-case hexadecimal.
 * Throws `CARD.EMV_TERMINAL_DATA_INVALID`, and what `Money.of` throws.
 */
export function terminalData(payment: ChipPayment): ReadonlyMap<string, Bytes> {
  const { amountMinor, country, date, time, unpredictableNumber } = payment;
  if (unpredictableNumber.length !== 4) throw invalid('unpredictableNumber');
  const { currency } = Money.of(BigInt(digits(amountMinor, /^\d{1,12}$/, 'amountMinor')), payment.currency);
  const amount = amountMinor.padStart(12, '0');
  const hexadecimal: Readonly<Record<string, string>> = {
    '9f02': amount,
    '9f03': '000000000000',
    '9f1a': `0${digits(country, /^\d{3}$/, 'country')}`,
    '5f2a': currencyNumber(currency),
    '5f36': exponentOf(currency).toString().padStart(2, '0'),
    '9a': digits(date, /^\d{6}$/, 'date'),
    '9f21': digits(time, /^\d{6}$/, 'time'),
    '9c': '00',
    '9f33': '204800',
    '9f34': '3f0000',
    '9f35': '34',
    '9f39': '05',
    '9f40': '6000001000',
  };
  const data = new Map(
    Object.entries(hexadecimal).map(([tag, hex]) => [tag, fromHex(hex, hex.length / 2, 'CARD.HEX', tag)] as const),
  );
  // The binary form of the amount has four bytes; a card that wants it for a greater amount gets zeros and declines.
  const binary = BigInt(amountMinor).toString(16).padStart(8, '0');
  if (binary.length === 8) data.set('81', fromHex(binary, 4, 'CARD.HEX', '81'));
  return data.set('9f37', unpredictableNumber);
}

function digits(text: string, pattern: RegExp, param: keyof ChipPayment): string {
  if (typeof text === 'string' && pattern.test(text)) return text;
  throw invalid(param);
}

const invalid = (param: keyof ChipPayment) =>
  emvError('CARD.EMV_TERMINAL_DATA_INVALID', `A chip payment cannot have this ${param}`, { param });
