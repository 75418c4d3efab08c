/**
 * The table of legal moves. `authorized` needs the issuer's yes, `settled` the ledger's entry as well; a state without
 * a next one is final and never changes.
 */
const NEXT = {
  submitted: ['verified', 'rejected'],
  verified: ['authorized', 'settled', 'declined', 'unknown', 'reversed'],
  unknown: ['authorized', 'settled', 'declined', 'reversed'],
  authorized: ['settled'],
  settled: [],
  declined: [],
  rejected: [],
  reversed: [],
} as const satisfies Record<string, readonly string[]>;

export type TransactionStatus = keyof typeof NEXT;

export const TRANSACTION_STATUSES = Object.keys(NEXT) as readonly TransactionStatus[];

export const canMove = (from: TransactionStatus, to: TransactionStatus): boolean =>
  (NEXT[from] as readonly TransactionStatus[]).includes(to);

export const isFinal = (status: TransactionStatus): boolean => NEXT[status].length === 0;
