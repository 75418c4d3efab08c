import type { Bytes, Pan, ServiceCode } from '@openswipe/card';

/** The card as it was read, in memory only, for the time of one assessment. */
export interface PresentedCard {
  readonly pan: Pan;
  /** YYMM. */
  readonly expiry: string;
  readonly serviceCode: ServiceCode;
  /** ISO 9564 format 4, 16 bytes, with the KSN of its key, 24 hexadecimal digits. Absent without a PIN. */
  readonly pin?: { readonly block: Bytes; readonly ksn: string };
}

/** First half of a KSN: the terminal's initial PIN key. */
export const initialKeyIdOf = (ksn: string): string => ksn.slice(0, 16).toLowerCase();
