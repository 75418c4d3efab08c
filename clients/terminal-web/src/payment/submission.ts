import type { Order } from '../gateway/order.js';
import type { TransactionBody } from '../gateway/terminal-api.js';
import type { CardRead } from '../reader/card-read.js';
import type { Store } from '../store/store.js';

/** What a page and a record may show of a card. */
export type ShownCard = Pick<CardRead, 'masked' | 'bin' | 'last4' | 'entryMode' | 'readerKind'>;

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

export const shownCard = ({ masked, bin, last4, entryMode, readerKind }: CardRead): ShownCard => ({
  masked,
  bin,
  last4,
  entryMode,
  readerKind,
});
