import { parseTrack2, type ProtectedCard, type Track2, type TransactionData } from '@openswipe/card';
import { isForFee, parseField55 } from '@openswipe/card/emv';
import {
  dukptOf,
  openProtectedCard,
  parseReaderKsn,
  type KeyStore,
  type OpenedCard,
  type ReaderKsn,
} from '@openswipe/card/host';
import { DomainError, Sensitive } from '@openswipe/kernel';
import type { HeldOrder } from '../domain/held-order.js';
import { chipMismatch, digestMismatch, readerKeysMissing } from '../domain/transaction-errors.js';
import { READER_AES_BDK, READER_BDK } from './key-ids.js';

/** A card in clear, whoever enciphered it. */
export interface CardInClear {
  readonly track2: Track2;
  /** Hexadecimal; where the entry mode is not `magstripe`. */
  readonly field55?: Sensitive<string>;
  /** Of a reader with keys of its own. */
  readonly readerKsn?: ReaderKsn;
}

const SESSION_DIGITS = 16;

/** Suite `mt1` is opened here, after `os1`: the terminal passed it through unread. */
export class OpenCard {
  constructor(private readonly keys: KeyStore) {}

  /**
   * Throws `CARD.TRACK2_INVALID`, `CARD.EMV_FIELD_55_INVALID`, `TRANSACTIONS.CHIP_MISMATCH`; for a card that its reader
   * enciphered also `CARD.KSN_INVALID`, `CARD.READER_DATA_INVALID`, `TRANSACTIONS.READER_KEYS_MISSING` and
   * `TRANSACTIONS.DIGEST_MISMATCH`: the reader was armed for another order.
   */
  execute(card: TransactionData['card'], order: HeldOrder): CardInClear {
    const clear = 'track2' in card ? fromRead(card.track2, card.chip?.field55) : this.#fromProtected(card, order);
    if (clear.field55) requireChipOf(order, clear.field55);
    return clear;
  }

  #fromProtected(card: ProtectedCard, order: HeldOrder): CardInClear {
    const { sessionId, ...opened }: OpenedCard = openProtectedCard(this.#bdkOf(card), card);
    if (sessionId !== undefined && sessionId !== order.digest.slice(0, SESSION_DIGITS)) throw digestMismatch();
    return { ...opened, readerKsn: parseReaderKsn(card.protectedTrack.ksn) };
  }

  #bdkOf({ protectedTrack }: ProtectedCard) {
    try {
      return this.keys.key(dukptOf(protectedTrack) === 'tdes' ? READER_BDK : READER_AES_BDK);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'CARD.KEY_UNKNOWN') throw readerKeysMissing();
      throw error;
    }
  }
}

const fromRead = (track2: string, field55: string | undefined): CardInClear => ({
  track2: parseTrack2(track2),
  ...(field55 === undefined ? {} : { field55: new Sensitive(field55) }),
});

/** The amount under the cryptogram must be the order's: the issuer sees no other. */
function requireChipOf({ amount: { amountMinor, currency } }: HeldOrder, field55: Sensitive<string>): void {
  const values = parseField55(field55.reveal('compare chip with order'));
  if (!isForFee(values, { amountMinor: String(amountMinor), currency })) throw chipMismatch();
}
