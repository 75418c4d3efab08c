import { TOPICS, type TransactionConcluded, TransactionStatus } from '@openswipe/contracts';
import { DomainError } from '@openswipe/kernel';
import type { Consumers } from '@openswipe/service-kit';
import { type Received } from '@openswipe/service-kit';
import type { ApplyConcludedTransactions, ConcludedTransaction } from '../application/apply-concluded-transactions.js';
import { toCard } from '../wire/order.mapper.js';

/** Reads how transactions ended. */
export class ConcludedTransactionsConsumer {
  constructor(consumers: Consumers, application: ApplyConcludedTransactions) {
    consumers.on(TOPICS.transactionConcluded, (batch) => application.execute(batch.map(toConcluded)));
  }
}

/** Throws `ORDERS.CONCLUSION_INVALID`: such a record can only go to the dead letters. */
function toConcluded({
  value,
  headers,
  topic,
  partition,
  offset,
}: Received<TransactionConcluded>): ConcludedTransaction {
  const transaction = value.transaction;
  if (!transaction?.id || !transaction.orderId || !transaction.concludedAt) {
    throw new DomainError('ORDERS.CONCLUSION_INVALID', 'The record names no transaction, order or time');
  }
  const { id: transactionId, orderId, concludedAt: at } = transaction;
  const eventId = headers['event-id'] ?? `${topic}/${partition}/${offset}`;
  if (transaction.status === TransactionStatus.TRANSACTION_STATUS_SETTLED) {
    const { authorizationCode, journalEntryId } = transaction;
    const card = transaction.card ? toCard(transaction.card) : null;
    return { orderId, eventId, payment: { transactionId, card, authorizationCode, journalEntryId, paidAt: at } };
  }
  const { reasonCode, facts } = transaction;
  return { orderId, eventId, failure: { transactionId, reasonCode, facts, at } };
}
