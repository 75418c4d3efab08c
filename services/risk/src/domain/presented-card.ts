import type { Bytes, Pan, ServiceCode } from '@openswipe/card';
import type { CvmResults } from '@openswipe/card/emv';
import type { Sensitive } from '@openswipe/kernel';
import { declined, type Declined } from './assessment.js';
import type { SecurityCheck } from './security-checks.js';

/** The card as it was read and what its holder gave, in memory only, for the time of one assessment. */
export interface PresentedCard {
  readonly pan: Pan;
  /** YYMM. */
  readonly expiry: string;
  readonly serviceCode: ServiceCode;
  readonly readFrom: 'stripe' | 'chip';
  /** Absent where the stripe was read, or where a chip was read and made nothing for its issuer. */
  readonly chip?: ChipData;
  /** Absent without a PIN. */
  readonly pin?: EnteredPin;
  /** As `transactions` verified it. */
  readonly biometricVerified: boolean;
  readonly signaturePresent: boolean;
}

export interface EnteredPin {
  /** ISO 9564 format 4, 16 bytes; of a reader with TDES keys format 0, 8 bytes. */
  readonly block: Bytes;
  /** Of the block's key: 24 hexadecimal digits, 20 with TDES. */
  readonly ksn: string;
  readonly enteredOn: 'page' | 'reader';
}

/** What the chip made for its issuer (ISO 8583 field 55). */
export interface ChipData {
  /** BER-TLV, hexadecimal; parses. */
  readonly field55: Sensitive<string>;
  /** What the card answered to the payment (9F27): asks its issuer, said no, or anything else. */
  readonly answer: 'request' | 'refusal' | 'other';
  readonly cvm?: CvmResults;
}

/** First half of a KSN: the terminal's initial PIN key. */
export const initialKeyIdOf = (ksn: string): string => ksn.slice(0, 16).toLowerCase();

/** A "no" that the card itself gave, or that stands in its chip data; the issuer need not be asked. */
export function cardRefusal({ readFrom, chip }: PresentedCard): Declined | null {
  if (readFrom === 'stripe') return null;
  if (!chip) return declined('RISK.CRYPTOGRAM_WRONG', { reason: 'missing' });
  if (chip.answer === 'refusal') return declined('RISK.DECLINED_BY_CARD');
  if (chip.answer === 'other') return declined('RISK.CRYPTOGRAM_WRONG', { reason: 'not-a-request' });
  return chip.cvm?.result === 'failed' || chip.cvm?.method === 'fail'
    ? declined('RISK.DECLINED_BY_CARD', { reason: 'holder-not-verified' })
    : null;
}

/** Whether the checks were made, but for the PIN, which has to be read. */
export function missingCheck(card: PresentedCard, checks: ReadonlySet<SecurityCheck>): Declined | null {
  if (checks.has('biometric') && !card.biometricVerified) return declined('RISK.BIOMETRIC_REQUIRED');
  if (checks.has('signature') && !card.signaturePresent) return declined('RISK.SIGNATURE_REQUIRED');
  return null;
}
