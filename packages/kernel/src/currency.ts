import { DomainError } from './domain-error.js';

/** Minor-unit exponents of the currencies the platform settles (ISO 4217:2015, table A.1). */
const EXPONENTS = {
  AED: 2,
  AUD: 2,
  BHD: 3,
  CAD: 2,
  CHF: 2,
  CNY: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  MOP: 2,
  SGD: 2,
  TWD: 2,
  USD: 2,
} as const;

export type Currency = keyof typeof EXPONENTS;

/** Parses an ISO 4217 alphabetic code. Throws `KERNEL.CURRENCY_UNKNOWN`. */
export function parseCurrency(code: string): Currency {
  if (Object.hasOwn(EXPONENTS, code)) return code as Currency;
  throw new DomainError(
    'KERNEL.CURRENCY_UNKNOWN',
    `"${code.slice(0, 8)}" is not a currency that this platform settles`,
  );
}

/** Number of decimal digits of the currency's minor unit. */
export const exponentOf = (currency: Currency): number => EXPONENTS[currency];
