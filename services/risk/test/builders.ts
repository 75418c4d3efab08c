import { Money, newId } from '@openswipe/kernel';
import type { AssessmentRequest } from '../src/domain/assessment.js';

export const anAssessmentRequest = (
  more: Partial<AssessmentRequest> & { amountMinor?: bigint; currency?: string } = {},
): AssessmentRequest => ({
  transactionId: newId('transaction'),
  orderId: newId('order'),
  accountId: newId('account'),
  terminalId: newId('terminal'),
  payeeId: newId('merchant'),
  amount: Money.of(more.amountMinor ?? 1_250n, more.currency ?? 'CNY'),
  card: { token: 'card_0123456789abcdef', bin: '62258800', last4: '0001' },
  verifiedAt: new Date('2026-07-01T12:00:00Z'),
  causationId: 'evt_1',
  ...more,
});
