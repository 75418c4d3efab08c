import type { Clock } from '@openswipe/kernel';
import { newId } from '@openswipe/kernel';
import { newOrder, type OrderProposal } from '../domain/new-order.js';
import type { Order } from '../domain/order.js';
import { refusals } from '../domain/orders-errors.js';
import type { IdempotencyKeys, OrderRepository } from './ports.js';

export interface CreateOrderCommand extends OrderProposal {
  readonly idempotencyKey: string;
  /** SHA-256 of the request as received, hex. */
  readonly fingerprint: string;
}

/**
 * The key is written first and names the order's id and time; the order follows under that id. Whoever repeats the
 * request, even after a crash between the two writes, makes or finds the same order.
 */
export class CreateOrder {
  constructor(
    private readonly orders: OrderRepository,
    private readonly keys: IdempotencyKeys,
    private readonly clock: Clock,
  ) {}

  /** Throws `ORDERS.IDEMPOTENCY_KEY_REUSED`, `ORDERS.IDEMPOTENCY_KEY_INVALID`, and what `newOrder` throws. */
  async execute({ idempotencyKey, fingerprint, ...proposal }: CreateOrderCommand): Promise<Order> {
    if (idempotencyKey.length < 1 || idempotencyKey.length > 255) throw refusals.idempotencyKeyInvalid();
    if (!/^[0-9a-f]{64}$/.test(fingerprint)) throw refusals.fingerprintInvalid();
    const candidate = newOrder(proposal, newId('order'), this.clock.now());
    const owner = proposal.merchantId || proposal.payeeId;
    const own = { orderId: candidate.id, fingerprint, usedAt: candidate.createdAt };
    const first = await this.keys.firstUse(owner, idempotencyKey, own);
    if (first.fingerprint !== fingerprint) throw refusals.idempotencyKeyReused();
    if (first.orderId === candidate.id) return this.orders.insertFirst(candidate, 'create-order');
    const [existing] = await this.orders.find([first.orderId]);
    return existing ?? this.orders.insertFirst(newOrder(proposal, first.orderId, first.usedAt), 'create-order');
  }
}
