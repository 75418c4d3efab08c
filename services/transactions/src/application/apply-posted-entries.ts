import type { Clock } from '@openswipe/kernel';
import { postEntry } from '../domain/transaction.js';
import { moveTransactions, type Fact } from './move-transactions.js';
import type { TransactionStore } from './ports.js';

export interface PostedEntry extends Fact {
  readonly journalEntryId: string;
}

/** The ledger posted the entries that settle these transactions. */
export class ApplyPostedEntries {
  constructor(
    private readonly transactions: TransactionStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `TRANSACTIONS.NOT_FOUND`. */
  async execute(entries: readonly PostedEntry[]): Promise<void> {
    const at = this.clock.now();
    await moveTransactions(this.transactions, entries, (transaction, { journalEntryId }) =>
      postEntry(transaction, journalEntryId, at),
    );
  }
}
