import { TOPICS, type TransactionAssessed } from '@openswipe/contracts';
import { Money } from '@openswipe/kernel';
import type { Consumers } from '@openswipe/service-kit';
import type { PostSettlements } from '../application/post-settlements.js';
import type { ApprovedTransaction } from '../domain/journal-entry.js';
import { refusals } from '../domain/ledger-errors.js';

/** Reads outcomes of risk; only approved ones move money. */
export class AssessedTransactionsConsumer {
  constructor(consumers: Consumers, settlements: PostSettlements) {
    consumers.on(TOPICS.transactionAssessed, (batch) =>
      settlements.execute(
        batch.flatMap(({ value }) => (value.outcome?.$case === 'approved' ? [toApproved(value)] : [])),
      ),
    );
  }
}

/** Throws `LEDGER.ASSESSMENT_INVALID`, `KERNEL.AMOUNT_INVALID`, `KERNEL.CURRENCY_UNKNOWN`. */
function toApproved({ transactionId, orderId, payeeId, amount }: TransactionAssessed): ApprovedTransaction {
  if (!transactionId || !orderId || !payeeId || !amount) throw refusals.assessmentInvalid();
  return { transactionId, orderId, payeeId, amount: Money.of(amount.amountMinor, amount.currency) };
}
