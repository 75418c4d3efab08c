import type { Money } from '@openswipe/kernel';
import { parseLedgerAccount } from './ledger-account.js';
import { refusals } from './ledger-errors.js';

/** One movement: the same amount on two sides, so it balances by its shape. */
export interface Posting {
  /** Names of ledger accounts. */
  readonly debit: string;
  readonly credit: string;
  /** Greater than zero. */
  readonly amount: Money;
}

/** Throws `LEDGER.POSTING_INVALID`, `LEDGER.ACCOUNT_UNKNOWN`. */
export function posting(debit: string, credit: string, amount: Money): Posting {
  if (amount.amountMinor <= 0n) throw refusals.postingInvalid('A posting moves more than zero');
  if (debit === credit) throw refusals.postingInvalid('A posting moves between two ledger accounts');
  return { debit: parseLedgerAccount(debit).name, credit: parseLedgerAccount(credit).name, amount };
}
