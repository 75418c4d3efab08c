import { TOPICS, type TransactionAssessed } from '@openswipe/contracts';
import type { Consumers, Received } from '@openswipe/service-kit';
import type { ApplyAssessments, AssessedTransaction } from '../application/apply-assessments.js';
import type { Assessment } from '../domain/transaction.js';
import { assessmentInvalid } from '../domain/transaction-errors.js';

export class AssessmentsConsumer {
  constructor(consumers: Consumers, apply: ApplyAssessments) {
    consumers.on(TOPICS.transactionAssessed, (batch) => apply.execute(batch.map(toAssessed)));
  }
}

const toAssessed = ({ value, headers }: Received<TransactionAssessed>): AssessedTransaction => ({
  transactionId: value.transactionId,
  assessment: toAssessment(value.outcome),
  causationId: headers['event-id'] ?? value.transactionId,
});

function toAssessment(outcome: TransactionAssessed['outcome']): Assessment {
  switch (outcome?.$case) {
    case 'approved':
      return { outcome: 'approved', authorizationCode: outcome.approved.authorizationCode };
    case 'declined':
      return { outcome: 'declined', reason: { code: outcome.declined.reasonCode, facts: outcome.declined.facts } };
    case 'unknown':
      return { outcome: 'unknown' };
    case 'reversed':
      return { outcome: 'reversed', reason: { code: outcome.reversed.reasonCode, facts: {} } };
    case undefined:
      throw assessmentInvalid();
  }
}
