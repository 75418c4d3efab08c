export type Brand = 'unionpay' | 'visa' | 'mastercard' | 'unknown';

/** Card scheme by the first digits of the PAN (6 or 8 are enough), from the schemes' published IIN ranges. */
export function brandOf(bin: string): Brand {
  if (!/^[0-9]{6,}/.test(bin)) return 'unknown';
  const first2 = Number(bin.slice(0, 2));
  const first4 = Number(bin.slice(0, 4));
  if (first2 === 62 || first2 === 81) return 'unionpay';
  if (bin.startsWith('4')) return 'visa';
  if ((first2 >= 51 && first2 <= 55) || (first4 >= 2221 && first4 <= 2720)) return 'mastercard';
  return 'unknown';
}
