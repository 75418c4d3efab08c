import { brandOf, type Brand, type EntryMode, type Track2, type TransactionData } from '@openswipe/card';

/** What may be shown and stored of a card: never the PAN (PCI DSS 4.0.1, 3.4.1). */
export interface CardSummary {
  /** Random reference of the PAN in the vault. */
  readonly cardToken: string;
  readonly bin: string;
  readonly last4: string;
  readonly brand: Brand;
  readonly entryMode: EntryMode;
  readonly readerKind: string;
  readonly readerProtected: boolean;
}

export function cardSummaryOf({ pan }: Track2, read: TransactionData['card'], cardToken: string): CardSummary {
  const { entryMode, readerKind, readerProtected } = read;
  return { cardToken, bin: pan.bin, last4: pan.last4, brand: brandOf(pan.bin), entryMode, readerKind, readerProtected };
}

/** Card data enciphered for risk: opaque here, gone once published. */
export interface SealedCardData {
  readonly keyId: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}
