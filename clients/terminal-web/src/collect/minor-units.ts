import { exponentOf, type Currency } from '@openswipe/kernel';

/**
 * `12.5` → `1250` in a currency of two decimals; undefined for what is no amount above zero of at most twelve digits. A
 * comma is taken for the point, as many people type it.
 */
export function minorUnitsOf(text: string, currency: Currency): string | undefined {
  const exponent = exponentOf(currency);
  const [, whole, decimals = ''] = /^(\d{1,9})(?:[.,](\d*))?$/.exec(text.trim()) ?? [];
  if (whole === undefined || decimals.length > exponent) return undefined;
  const amountMinor = BigInt(whole + decimals.padEnd(exponent, '0'));
  return amountMinor > 0n ? amountMinor.toString() : undefined;
}
