import { type Clock, parseId } from '@openswipe/kernel';
import { claim } from '../domain/order-moves.js';
import { mayAsk, type Order } from '../domain/order.js';
import { refusals } from '../domain/orders-errors.js';
import { changeOrder } from './change-order.js';
import type { OrderRepository } from './ports.js';

export class ClaimOrder {
  constructor(
    private readonly orders: OrderRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws `KERNEL.ID_INVALID`, `ORDERS.NOT_FOUND` and what `claim` throws. */
  async execute(orderId: string, accountId: string, terminalId: string): Promise<Order> {
    parseId('terminal', terminalId);
    return changeOrder(this.orders, orderId, 'claim-order', (order) => {
      if (!mayAsk(order, { kind: 'account', id: accountId })) throw refusals.notFound();
      return claim(order, terminalId, this.clock.now());
    });
  }
}
