import type { ChipRead } from '@openswipe/card/emv';
import { cardRead, type CardRead } from './card-read.js';
import type { ReaderKind } from './reader-driver.js';

/** A card whose chip took part. It is no `CardRead`: its track without the cryptogram would be a stripe's image. */
export interface ChipCardRead extends Omit<CardRead, 'entryMode'> {
  readonly entryMode: 'contact';
  /** `field55` goes into the transaction data, for the issuer; the rest is what a page may need. */
  readonly chip: Pick<ChipRead, 'applicationId' | 'applicationLabel' | 'cryptogram' | 'cvmList' | 'field55'>;
}

export function chipCardRead(read: ChipRead, readerKind: ReaderKind = 'smart-card'): ChipCardRead | undefined {
  const card = cardRead(read.track2.raw.reveal('tell the card that was read'), readerKind);
  if (card === undefined) return undefined;
  const { applicationId, applicationLabel, cryptogram, cvmList, field55 } = read;
  const chip = { applicationId, applicationLabel, cryptogram, field55, ...(cvmList !== undefined && { cvmList }) };
  return { ...card, entryMode: 'contact', chip };
}
