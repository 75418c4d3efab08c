import { mayAsk, type Asker, type Order } from '../domain/order.js';
import { refusals } from '../domain/orders-errors.js';
import type { OrderRepository } from './ports.js';

export class GetOrder {
  constructor(private readonly orders: OrderRepository) {}

  /** Throws `ORDERS.NOT_FOUND`, also for another owner's order. */
  async execute(orderId: string, asker: Asker): Promise<Order> {
    const [order] = await this.orders.find([orderId]);
    if (!order || !mayAsk(order, asker)) throw refusals.notFound();
    return order;
  }
}
