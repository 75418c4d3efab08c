import { TOPICS, type TransactionSubmitted } from '@openswipe/contracts';
import { parseId } from '@openswipe/kernel';
import type { Consumers, Logger, Received } from '@openswipe/service-kit';
import type {
  AcceptSubmittedTransactions,
  SubmittedTransaction,
} from '../application/accept-submitted-transactions.js';
import { submissionInvalid } from '../domain/transaction-errors.js';

export class SubmittedTransactionsConsumer {
  constructor(
    consumers: Consumers,
    private readonly accept: AcceptSubmittedTransactions,
    private readonly logger: Logger,
  ) {
    consumers.on(TOPICS.transactionSubmitted, (batch) => this.handle(batch));
  }

  private async handle(batch: readonly Received<TransactionSubmitted>[]): Promise<void> {
    for (const { transaction } of await this.accept.execute(batch.map(toSubmission))) {
      if (!transaction.reason) continue;
      const { id, orderId, terminalId, reason } = transaction;
      this.logger.warn({ transactionId: id, orderId, terminalId, reasonCode: reason.code }, 'transaction rejected');
    }
  }
}

/** Throws for a record that no gateway of ours made: without its ids nobody can be told of a rejection. */
function toSubmission({ value, headers }: Received<TransactionSubmitted>): SubmittedTransaction {
  const { envelope, submittedAt } = value;
  if (!envelope || !submittedAt) throw submissionInvalid('it has no envelope or no time');
  const transactionId = parseId('transaction', value.transactionId);
  return {
    transactionId,
    orderId: parseId('order', value.orderId),
    accountId: parseId('account', value.accountId),
    terminalId: parseId('terminal', value.terminalId),
    envelope: {
      suite: envelope.suite,
      ksn: envelope.ksn.toString('hex'),
      nonce: envelope.nonce.toString('hex'),
      ciphertext: envelope.ciphertext.toString('hex'),
      tag: envelope.tag.toString('hex'),
    },
    submittedAt,
    causationId: headers['event-id'] ?? transactionId,
  };
}
