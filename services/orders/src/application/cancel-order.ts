import type { Clock } from '@openswipe/kernel';
import { cancel } from '../domain/order-moves.js';
import { mayAsk, type Asker, type Order } from '../domain/order.js';
import { refusals } from '../domain/orders-errors.js';
import { changeOrder } from './change-order.js';
import type { OrderRepository } from './ports.js';

export class CancelOrder {
  constructor(
    private readonly orders: OrderRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws `ORDERS.NOT_FOUND` and what `cancel` throws. */
  async execute(orderId: string, asker: Asker): Promise<Order> {
    return changeOrder(this.orders, orderId, 'cancel-order', (order) => {
      if (!mayAsk(order, asker)) throw refusals.notFound();
      return cancel(order, asker, this.clock.now());
    });
  }
}
