import type { CardSummary } from './order.js';

export type TransactionStatus =
  'submitted' | 'verified' | 'authorized' | 'settled' | 'declined' | 'rejected' | 'unknown' | 'reversed';

/** A card payment as the gateway shows it. */
export interface Transaction {
  readonly id: string;
  readonly orderId: string;
  readonly status: TransactionStatus;
  readonly reasonCode?: string;
  readonly facts?: Readonly<Record<string, string>>;
  readonly amountMinor: string;
  readonly currency: string;
  readonly card?: CardSummary;
  readonly authorizationCode?: string;
  readonly journalEntryId?: string;
  readonly submittedAt: string;
  readonly concludedAt?: string;
}

const FINAL: readonly TransactionStatus[] = ['settled', 'declined', 'rejected', 'reversed'];

export const isFinal = ({ status }: Pick<Transaction, 'status'>): boolean => FINAL.includes(status);
