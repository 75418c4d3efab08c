import type { Clock } from '@openswipe/kernel';
import { assess, type Assessment } from '../domain/transaction.js';
import { moveTransactions, type Fact } from './move-transactions.js';
import type { TransactionStore } from './ports.js';

export interface AssessedTransaction extends Fact {
  readonly assessment: Assessment;
}

/** What risk said, in whatever order and as often as it comes. */
export class ApplyAssessments {
  constructor(
    private readonly transactions: TransactionStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `TRANSACTIONS.NOT_FOUND`. */
  async execute(assessed: readonly AssessedTransaction[]): Promise<void> {
    const at = this.clock.now();
    await moveTransactions(this.transactions, assessed, (transaction, { assessment }) =>
      assess(transaction, assessment, at),
    );
  }
}
