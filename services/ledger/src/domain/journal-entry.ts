import type { Money } from '@openswipe/kernel';
import { BANK_CLEARING, CARD_RECEIVABLE, payeeLiability, payoutInTransit } from './ledger-account.js';
import { refusals } from './ledger-errors.js';
import { posting, type Posting } from './posting.js';

export const ENTRY_REASONS = ['settlement', 'payout-sent', 'payout-confirmed', 'payout-returned'] as const;
export type EntryReason = (typeof ENTRY_REASONS)[number];

/** An ordered set of postings with one reason. Never changed, never removed: a mistake is undone by another entry. */
export interface JournalEntry {
  /** Derived from what it settles, e.g. `txn_…:settle`: the same fact twice is the same entry. */
  readonly id: string;
  readonly reason: EntryReason;
  /** Empty for payouts, as is `orderId`. */
  readonly transactionId: string;
  readonly orderId: string;
  readonly postings: readonly Posting[];
  readonly postedAt: Date;
}

export interface ApprovedTransaction {
  readonly transactionId: string;
  readonly orderId: string;
  readonly payeeId: string;
  readonly amount: Money;
}

/** Throws `LEDGER.ENTRY_EMPTY`; the postings have been checked by `posting`. */
export function journalEntry(entry: JournalEntry): JournalEntry {
  if (entry.postings.length === 0) throw refusals.entryEmpty();
  return entry;
}

/** The acquirer owes us, we owe the payee [0080]. Throws `LEDGER.POSTING_INVALID`, `KERNEL.ID_INVALID`. */
export function settlementEntry(approved: ApprovedTransaction, postedAt: Date): JournalEntry {
  const { transactionId, orderId, payeeId, amount } = approved;
  const postings = [posting(CARD_RECEIVABLE, payeeLiability(payeeId), amount)];
  return journalEntry({
    id: `${transactionId}:settle`,
    reason: 'settlement',
    transactionId,
    orderId,
    postings,
    postedAt,
  });
}

interface Paid {
  readonly id: string;
  readonly payeeId: string;
  readonly amount: Money;
}

/** The money leaves the payee's balance before it leaves the bank. */
export const payoutSentEntry = ({ id, payeeId, amount }: Paid, postedAt: Date): JournalEntry =>
  payoutEntry(
    `${id}:send`,
    'payout-sent',
    posting(payeeLiability(payeeId), payoutInTransit(payeeId), amount),
    postedAt,
  );

/** The bank has paid. */
export const payoutConfirmedEntry = ({ id, payeeId, amount }: Paid, postedAt: Date): JournalEntry =>
  payoutEntry(`${id}:confirm`, 'payout-confirmed', posting(payoutInTransit(payeeId), BANK_CLEARING, amount), postedAt);

/** The bank gave it back: the payee has it again. */
export const payoutReturnedEntry = ({ id, payeeId, amount }: Paid, postedAt: Date): JournalEntry =>
  payoutEntry(
    `${id}:return`,
    'payout-returned',
    posting(payoutInTransit(payeeId), payeeLiability(payeeId), amount),
    postedAt,
  );

const payoutEntry = (id: string, reason: EntryReason, only: Posting, postedAt: Date): JournalEntry =>
  journalEntry({ id, reason, transactionId: '', orderId: '', postings: [only], postedAt });

/** The order, or the payout: records about one of them stay in sequence. */
export const subjectOf = (entry: JournalEntry): string => entry.orderId || (entry.id.split(':')[0] ?? entry.id);

/** The same movement for the same reason; when it was posted does not count. */
export const isSameMovement = (one: JournalEntry, other: JournalEntry): boolean =>
  movementOf(one) === movementOf(other);

const movementOf = ({ id, reason, transactionId, orderId, postings }: JournalEntry): string =>
  JSON.stringify([
    id,
    reason,
    transactionId,
    orderId,
    postings.map(({ debit, credit, amount }) => [debit, credit, amount.amountMinor.toString(), amount.currency]),
  ]);
