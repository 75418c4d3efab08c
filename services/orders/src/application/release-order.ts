import type { Clock } from '@openswipe/kernel';
import { release } from '../domain/order-moves.js';
import { mayAsk, type Order } from '../domain/order.js';
import { refusals } from '../domain/orders-errors.js';
import { changeOrder } from './change-order.js';
import type { OrderRepository } from './ports.js';

export class ReleaseOrder {
  constructor(
    private readonly orders: OrderRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws `ORDERS.NOT_FOUND` and what `release` throws. */
  async execute(orderId: string, accountId: string, terminalId: string): Promise<Order> {
    return changeOrder(this.orders, orderId, 'release-order', (order) => {
      if (!mayAsk(order, { kind: 'account', id: accountId })) throw refusals.notFound();
      return release(order, terminalId, this.clock.now());
    });
  }
}
