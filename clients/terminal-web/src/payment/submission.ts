import type { CardSummary, Order } from '../gateway/order.js';
import type { TransactionBody } from '../gateway/terminal-api.js';
import type { EntryMode } from '@openswipe/card';
import { isProtected, type PresentedCard } from '../reader/presented-card.js';
import type { ReaderKind } from '../reader/reader-driver.js';
import type { Store } from '../store/store.js';

/** What a page and a record may show of a card; of one that its reader encrypted, what the mask shows, or nothing. */
export interface ShownCard {
  readonly masked: string;
  readonly bin: string;
  readonly last4: string;
  readonly entryMode: EntryMode;
  readonly readerKind: ReaderKind;
  /** Its reader encrypted it. */
  readonly readerProtected?: true;
}

/**
 * A transaction on its way. It is stored before its first byte is sent, so that after a reload the same bytes go out
 * again: the platform takes them as the same transaction, and "did it go through?" has an answer.
 */
export interface Submission {
  readonly accountId: string;
  readonly terminalId: string;
  readonly order: Order;
  readonly card: ShownCard;
  readonly body: TransactionBody;
  /** Once the gateway has acknowledged it. */
  readonly transactionId?: string;
}

/** Id of an entry is the order id: one terminal pays an order once at a time. Owner is the account id. */
export type SubmissionStorage = Store<Submission>;

export const shownCard = (card: PresentedCard): ShownCard => {
  const { masked, bin, last4, entryMode, readerKind } = card;
  return { masked, bin, last4, entryMode, readerKind, ...(isProtected(card) && { readerProtected: true as const }) };
};

/** Where the mask showed nothing, what the platform found in the card. */
export const shownWith = (card: ShownCard, found: CardSummary | undefined): ShownCard =>
  card.masked !== '' || !found ? card : { ...card, bin: found.bin, last4: found.last4, masked: `•••• ${found.last4}` };
