import { type Transaction, TransactionStatus } from '@openswipe/contracts';
import { z } from 'zod';
import { isoOf, toCardView } from '../http/order.mapper.js';
import { amountMinor, cardView, currency } from '../http/order.view.js';

const STATUSES = [
  'submitted',
  'verified',
  'authorized',
  'settled',
  'declined',
  'rejected',
  'unknown',
  'reversed',
] as const;

export const transactionId = z.string().regex(/^txn_[0-9a-f]{32}$/, 'must be a transaction id');
export const transactionPath = z.object({ id: transactionId });
export const acceptedView = z.object({ transactionId });

export const transactionView = z.object({
  id: transactionId,
  orderId: z.string(),
  status: z.enum(STATUSES),
  reasonCode: z.string().optional().describe('when declined, rejected or reversed'),
  facts: z.record(z.string(), z.string()).optional(),
  amountMinor,
  currency,
  card: cardView.optional(),
  authorizationCode: z.string().optional(),
  journalEntryId: z.string().optional(),
  submittedAt: z.iso.datetime(),
  concludedAt: z.iso.datetime().optional(),
});

export type TransactionView = z.infer<typeof transactionView>;

export function toTransactionView(transaction: Transaction): TransactionView {
  const { id, orderId, reasonCode, facts, amount, card, authorizationCode, journalEntryId, concludedAt } = transaction;
  return {
    id,
    orderId,
    status: statusOf(transaction.status),
    ...(reasonCode && { reasonCode }),
    ...(Object.keys(facts).length > 0 && { facts }),
    amountMinor: String(amount?.amountMinor ?? 0n),
    currency: amount?.currency ?? '',
    ...(card && { card: toCardView(card) }),
    ...(authorizationCode && { authorizationCode }),
    ...(journalEntryId && { journalEntryId }),
    submittedAt: isoOf(transaction.submittedAt),
    ...(concludedAt && { concludedAt: isoOf(concludedAt) }),
  };
}

/** Throws where a peer sends a status that this version does not know. */
function statusOf(status: TransactionStatus): TransactionView['status'] {
  const word = (TransactionStatus[status] ?? '').replace('TRANSACTION_STATUS_', '').toLowerCase();
  const found = STATUSES.find((known) => known === word);
  if (found === undefined) throw new Error(`transactions sent an unknown status: ${status}`);
  return found;
}
