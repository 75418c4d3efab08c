import { Money, parseId } from '@openswipe/kernel';
import { fromInt64, toInt64 } from '@openswipe/service-kit';
import type { AssessmentState } from '../application/ports.js';
import type { Assessment, AssessmentRequest } from '../domain/assessment.js';
import type { AssessmentDocument } from './assessment.schema.js';

/** The request's fields as the driver takes them. */
export const toFields = (request: AssessmentRequest) => ({
  orderId: request.orderId,
  accountId: request.accountId,
  terminalId: request.terminalId,
  payeeId: request.payeeId,
  amountMinor: toInt64(request.amount.amountMinor),
  currency: request.amount.currency,
  card: { token: request.card.token, bin: request.card.bin, last4: request.card.last4 },
  verifiedAt: request.verifiedAt,
  causationId: request.causationId,
});

/** The store is a door too: what it gives back is parsed. */
export function toState(document: Omit<AssessmentDocument, 'outbox'>): AssessmentState {
  const { _id, status, amountMinor, currency, card, orderId, verifiedAt } = document;
  if (orderId === undefined || amountMinor === undefined || !currency || !card || !verifiedAt) return { status };
  const request: AssessmentRequest = {
    transactionId: parseId('transaction', _id),
    orderId: parseId('order', orderId),
    accountId: document.accountId ?? '',
    terminalId: document.terminalId ?? '',
    payeeId: document.payeeId ?? '',
    amount: Money.of(fromInt64(amountMinor), currency),
    card: { token: card.token, bin: card.bin, last4: card.last4 },
    verifiedAt,
    causationId: document.causationId ?? '',
  };
  return { status, request };
}

/** Null where it has no outcome yet. */
export function toAssessment(document: Omit<AssessmentDocument, 'outbox'>): Assessment | null {
  const { request } = toState(document);
  const { outcome, reasons, ruleVersion, assessedAt } = document;
  if (!request || !outcome || !reasons || !ruleVersion || !assessedAt) return null;
  return { request, outcome, reasons, ruleVersion, assessedAt };
}
