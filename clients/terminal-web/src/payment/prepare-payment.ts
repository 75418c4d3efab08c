import { DomainError } from '@openswipe/kernel';
import { termsOf, type Order } from '../gateway/order.js';
import { indicationSignal, type IndicationSignal } from '../reader/indication-signal.js';
import { orderDigest } from './order-digest.js';

/** An order whose digest this terminal has computed itself, and the signal that wakes a reader for it [0028]. */
export interface PreparedPayment {
  readonly order: Order;
  readonly digest: string;
  readonly indication: IndicationSignal;
}

/**
 * @param order as claimed
 * @param shownDigest the digest of what the person saw and confirmed
 * Throws `TERMINAL.ORDER_CHANGED` when amount, payee, goods or terms are not those that were confirmed, or do not make
 * the digest that the platform will check.
 */
export async function preparePayment(order: Order, shownDigest = order.digest): Promise<PreparedPayment> {
  const digest = await orderDigest(termsOf(order));
  if (digest !== order.digest || digest !== shownDigest) {
    throw new DomainError('TERMINAL.ORDER_CHANGED', 'The order is not the one that was confirmed', {
      kind: 'conflict',
    });
  }
  return { order, digest, indication: indicationSignal(digest, order) };
}
