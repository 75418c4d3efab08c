import { TOPICS, TransactionAssessed } from '@openswipe/contracts';
import { toOutboxEntry, toRecord, type OutboxEntry } from '@openswipe/service-kit';
import type { Assessment, Outcome } from '../domain/assessment.js';

/** Keyed by the order; the same outcome of the same transaction always has the same event id. */
export function toAssessedEntry({ request, outcome, ruleVersion, assessedAt }: Assessment): OutboxEntry {
  const { transactionId, orderId, payeeId, amount, causationId } = request;
  const message = TransactionAssessed.create({
    transactionId,
    orderId,
    payeeId,
    amount: { amountMinor: amount.amountMinor, currency: amount.currency },
    outcome: toMessage(outcome),
    ruleVersion,
    assessedAt,
  });
  const context = {
    correlationId: orderId,
    causationId,
    occurredAt: assessedAt,
    eventId: `${transactionId}:assessed:${outcome.kind}`,
  };
  return toOutboxEntry(toRecord(TOPICS.transactionAssessed, orderId, message, context), assessedAt);
}

function toMessage(outcome: Outcome): NonNullable<TransactionAssessed['outcome']> {
  switch (outcome.kind) {
    case 'approved': {
      const { authorizationCode, issuerReference } = outcome;
      return { $case: 'approved', approved: { authorizationCode, issuerReference } };
    }
    case 'declined':
      return { $case: 'declined', declined: { reasonCode: outcome.reasonCode, facts: { ...outcome.facts } } };
    case 'reversed':
      return { $case: 'reversed', reversed: { reasonCode: outcome.reasonCode } };
    case 'unknown':
      return { $case: 'unknown', unknown: {} };
  }
}
