import { Money } from '@openswipe/kernel';
import type { Language } from './language.js';

/** For people, e.g. `¥12.50`. Intl takes the decimal text as it is: no float on the way. */
export function amountText(amountMinor: string, currency: string, language: Language): string {
  const decimal = Money.of(BigInt(amountMinor), currency).toDecimal() as `${number}`;
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(decimal);
}
