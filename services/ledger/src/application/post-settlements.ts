import type { Clock } from '@openswipe/kernel';
import { settlementEntry, type ApprovedTransaction } from '../domain/journal-entry.js';
import type { Journal } from './ports.js';

/** Approved transactions become journal entries `<transaction id>:settle`, once each. */
export class PostSettlements {
  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
  ) {}

  /** Throws `LEDGER.ENTRY_CONFLICT` where the same transaction was settled with another amount or payee. */
  async execute(approved: readonly ApprovedTransaction[]): Promise<void> {
    const at = this.clock.now();
    if (approved.length > 0) await this.journal.post(approved.map((transaction) => settlementEntry(transaction, at)));
  }
}
