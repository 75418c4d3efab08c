import type { JournalEntry } from './journal-entry.js';
import { parseLedgerAccount, type Side } from './ledger-account.js';

/** Money set aside for one payout: at most one per balance at a time. */
export interface Reservation {
  readonly payoutId: string;
  readonly amountMinor: bigint;
  readonly bankCode: string;
  readonly bankAccountLast4: string;
  readonly reservedAt: Date;
}

/** One ledger account in one currency. */
export interface Balance {
  readonly ledgerAccount: string;
  readonly currency: string;
  /** On the account's normal side: credits minus debits for liabilities, debits minus credits for assets. */
  readonly postedMinor: bigint;
  /** Part of `postedMinor` held for a payout whose entry has not reached this balance yet. */
  readonly reservedMinor: bigint;
  readonly reservation: Reservation | null;
  /** Partition → sequence of the last link applied to this balance. */
  readonly applied: ReadonlyMap<number, number>;
}

/** What one entry does to one balance. */
export interface Effect {
  readonly ledgerAccount: string;
  readonly currency: string;
  readonly postedMinor: bigint;
  /** Negative where the entry uses up the reservation that was made for it. */
  readonly reservedMinor: bigint;
  /** The payout whose reservation ends by this entry. */
  readonly endsReservation: string | undefined;
}

export const balanceKey = ({ ledgerAccount, currency }: Pick<Balance, 'ledgerAccount' | 'currency'>): string =>
  `${ledgerAccount}|${currency}`;

/** Each posting has two effects, one on each side. */
export const effectsOf = (entry: JournalEntry): readonly Effect[] =>
  entry.postings.flatMap(({ debit, credit, amount }) => {
    const isPayout = entry.reason === 'payout-sent';
    const payoutId = isPayout ? entry.id.slice(0, entry.id.lastIndexOf(':')) : undefined;
    const effect = (ledgerAccount: string, side: Side): Effect => ({
      ledgerAccount,
      currency: amount.currency,
      postedMinor: parseLedgerAccount(ledgerAccount).normalSide === side ? amount.amountMinor : -amount.amountMinor,
      reservedMinor: isPayout && side === 'debit' ? -amount.amountMinor : 0n,
      endsReservation: side === 'debit' ? payoutId : undefined,
    });
    return [effect(debit, 'debit'), effect(credit, 'credit')];
  });
