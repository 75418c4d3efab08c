import { canonicalOrder } from '@openswipe/kernel';
import { createHash } from 'node:crypto';
import type { Order } from './order.js';

/** What is agreed to; everything else about an order may change without changing its digest. */
export type AgreedTerms = Pick<
  Order,
  'id' | 'kind' | 'payeeId' | 'payeeName' | 'total' | 'lines' | 'terms' | 'createdAt'
>;

/** SHA-256 of the canonical order, 64 hex digits. */
export function orderDigest(order: AgreedTerms): string {
  const canonical = canonicalOrder({
    orderId: order.id,
    kind: order.kind,
    payeeId: order.payeeId,
    payeeName: order.payeeName,
    amountMinor: order.total.amountMinor.toString(),
    currency: order.total.currency,
    lines: order.lines.map((line) => ({ ...line, unitAmountMinor: line.unitAmountMinor.toString() })),
    terms: order.terms,
    createdAt: order.createdAt.toISOString(),
  });
  return createHash('sha256').update(canonical).digest('hex');
}
