import type { TransactionVerified } from '@openswipe/contracts';
import { Money, parseId } from '@openswipe/kernel';
import type { Received } from '@openswipe/service-kit';
import type { AssessmentRequest } from '../domain/assessment.js';
import { verifiedTransactionInvalid } from '../domain/risk-errors.js';

/** Throws `RISK.VERIFIED_TRANSACTION_INVALID`, `KERNEL.…`: the record's own fault. */
export function toRequest({ value, headers }: Received<TransactionVerified>): AssessmentRequest {
  const { amount, card, verifiedAt } = value;
  if (!amount) throw verifiedTransactionInvalid('amount');
  if (!card?.cardToken) throw verifiedTransactionInvalid('card');
  if (!verifiedAt) throw verifiedTransactionInvalid('verifiedAt');
  return {
    transactionId: parseId('transaction', value.transactionId),
    orderId: parseId('order', value.orderId),
    accountId: value.accountId,
    terminalId: value.terminalId,
    payeeId: value.payeeId,
    amount: Money.of(amount.amountMinor, amount.currency),
    card: { token: card.cardToken, bin: card.bin, last4: card.last4 },
    verifiedAt,
    causationId: headers['event-id'] ?? value.transactionId,
  };
}
