import type { Money } from '@openswipe/kernel';
import type { CardSummary } from './card.js';
import type { HeldOrder } from './held-order.js';
import { moveNotAllowed } from './transaction-errors.js';
import type { TransactionEvent, TransactionVerified } from './transaction-events.js';
import { canMove, isFinal, type TransactionStatus } from './transaction-status.js';

/** One card payment. Immutable: every move gives a new one. Holds no card data beyond the summary. */
export interface Transaction {
  readonly id: string;
  readonly orderId: string;
  readonly accountId: string;
  readonly terminalId: string;
  readonly status: TransactionStatus;
  readonly statusSince: Date;
  readonly submittedAt: Date;
  /** Known once the order is held. */
  readonly payeeId?: string;
  readonly amount?: Money;
  readonly orderDigest?: string;
  readonly card?: CardSummary;
  readonly authorizationCode?: string;
  readonly journalEntryId?: string;
  /** When declined, rejected or reversed. */
  readonly reason?: Reason;
  readonly concludedAt?: Date;
  /** Grows by one with each write. */
  readonly version: number;
}

export interface Reason {
  readonly code: string;
  readonly facts: Readonly<Record<string, string>>;
}

/** What risk said. `unknown` is followed by one that is not. */
export type Assessment =
  | { readonly outcome: 'approved'; readonly authorizationCode: string }
  | { readonly outcome: 'declined'; readonly reason: Reason }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'reversed'; readonly reason: Reason };

/** A new state, and the event that goes out with it. */
export interface Move {
  readonly transaction: Transaction;
  readonly event?: TransactionEvent;
}

type Submission = Pick<Transaction, 'id' | 'orderId' | 'accountId' | 'terminalId' | 'submittedAt'>;

export const submit = (submission: Submission, at: Date): Transaction => ({
  id: submission.id,
  orderId: submission.orderId,
  accountId: submission.accountId,
  terminalId: submission.terminalId,
  submittedAt: submission.submittedAt,
  status: 'submitted',
  statusSince: at,
  version: 0,
});

/** Keeps what the held order says; no move yet. */
export const holdOrder = (transaction: Transaction, { payeeId, amount, digest }: HeldOrder): Transaction => ({
  ...transaction,
  payeeId,
  amount,
  orderDigest: digest,
});

/** Throws `TRANSACTIONS.MOVE_NOT_ALLOWED` unless it is submitted. */
export const verify = (
  transaction: Transaction,
  card: CardSummary,
  event: Omit<TransactionVerified, 'type'>,
  at: Date,
): Move => ({ ...move(transaction, 'verified', at, { card }), event: { type: 'verified', ...event } });

/** Throws `TRANSACTIONS.MOVE_NOT_ALLOWED` unless it is submitted. */
export const reject = (transaction: Transaction, reason: Reason, at: Date): Move =>
  move(transaction, 'rejected', at, { reason });

/**
 * Applies what risk said. Undefined: nothing changes, because it is known already, comes late, or the end is reached.
 * An approval settles at once if the ledger's entry was faster.
 */
export function assess(transaction: Transaction, assessment: Assessment, at: Date): Move | undefined {
  const { outcome } = assessment;
  const approvedStatus = transaction.journalEntryId === undefined ? 'authorized' : 'settled';
  const status = outcome === 'approved' ? approvedStatus : outcome;
  // A posted entry proves an approval: a refusal beside it is an old or a wrong record, and the money has moved.
  const contradicted = transaction.journalEntryId !== undefined && (outcome === 'declined' || outcome === 'reversed');
  if (contradicted || !canMove(transaction.status, status)) return undefined;
  if (outcome === 'approved') {
    return move(transaction, status, at, { authorizationCode: assessment.authorizationCode });
  }
  return move(transaction, status, at, outcome === 'unknown' ? {} : { reason: assessment.reason });
}

/**
 * The ledger posted the settling entry. Before the approval is seen here the entry is only kept: settled needs both,
 * so that the conclusion carries the authorization code. Undefined: nothing changes.
 */
export function postEntry(transaction: Transaction, journalEntryId: string, at: Date): Move | undefined {
  if (transaction.status === 'authorized') return move(transaction, 'settled', at, { journalEntryId });
  const waits = transaction.status === 'verified' || transaction.status === 'unknown';
  if (!waits || transaction.journalEntryId !== undefined) return undefined;
  return { transaction: { ...transaction, journalEntryId } };
}

function move(transaction: Transaction, status: TransactionStatus, at: Date, known: Partial<Transaction>): Move {
  if (!canMove(transaction.status, status)) throw moveNotAllowed(transaction.status, status);
  const moved = { ...transaction, ...known, status, statusSince: at };
  if (!isFinal(status)) return { transaction: moved };
  return { transaction: { ...moved, concludedAt: at }, event: { type: 'concluded' } };
}
