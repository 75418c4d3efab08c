import { Money, type OrderLine } from '@openswipe/kernel';
import type { Order } from '../gateway/order.js';
import type { Transaction } from '../gateway/transaction.js';
import type { ShownCard, Submission } from '../payment/submission.js';
import type { Store } from '../store/store.js';

/**
 * What the person keeps of a completed payment, goods included (CN102750632A [0055-0056], claim 3). Made on the
 * terminal, after the platform has confirmed, from transaction data and product info. Holds no PAN.
 */
export interface PaymentRecord {
  readonly transactionId: string;
  readonly orderId: string;
  readonly kind: 'pay' | 'collect';
  readonly payeeName: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
  readonly terms: string;
  readonly merchantReference: string;
  readonly card: ShownCard;
  readonly authorizationCode: string;
  readonly journalEntryId: string;
  /** ISO 8601. */
  readonly paidAt: string;
  /** Since then. */
  readonly refund?: Refund | undefined;
}

export type Refund = 'partially_refunded' | 'refunded';

/** Id of an entry is the transaction id, so a record made twice is one. Owner is the account id. */
export type RecordStorage = Store<PaymentRecord>;

export function recordOf({ order, card }: Submission, transaction: Transaction): PaymentRecord {
  return {
    transactionId: transaction.id,
    orderId: order.id,
    kind: order.kind,
    payeeName: order.payeeName,
    amountMinor: order.amountMinor,
    currency: order.currency,
    lines: order.lines,
    terms: order.terms,
    merchantReference: order.merchantReference ?? '',
    card,
    authorizationCode: transaction.authorizationCode ?? '',
    journalEntryId: transaction.journalEntryId ?? '',
    paidAt: transaction.concludedAt ?? transaction.submittedAt,
  };
}

/** The platform has told all of it; else it is asked again. */
export const isComplete = ({ authorizationCode, journalEntryId }: PaymentRecord): boolean =>
  authorizationCode !== '' && journalEntryId !== '';

/** What was missing, from the settled transaction; what the record already says stays. */
export const completedBy = (record: PaymentRecord, transaction: Transaction): PaymentRecord => ({
  ...record,
  authorizationCode: record.authorizationCode || (transaction.authorizationCode ?? ''),
  journalEntryId: record.journalEntryId || (transaction.journalEntryId ?? ''),
});

export const refundOf = ({ status }: Pick<Order, 'status'>): Refund | undefined =>
  status === 'refunded' || status === 'partially_refunded' ? status : undefined;

/** Newest first; every word of `query` must be somewhere in what a person would look for. */
export function searchRecords(records: readonly PaymentRecord[], query: string): readonly PaymentRecord[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  return records
    .filter((record) => {
      const text = searchText(record);
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => b.paidAt.localeCompare(a.paidAt));
}

/** Case, width of characters and grouping of digits make no difference: `1,280.00` finds `1280.00`. */
const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/(?<=\d),(?=\d{3})/g, '');

const searchText = (record: PaymentRecord): string =>
  folded(
    [
      record.payeeName,
      record.orderId,
      record.transactionId,
      record.merchantReference,
      record.card.last4,
      record.authorizationCode,
      record.currency,
      record.paidAt,
      Money.of(BigInt(record.amountMinor), record.currency).toDecimal(),
      ...record.lines.flatMap(({ name, attributes }) => [name, ...Object.values(attributes)]),
    ].join('\n'),
  );
