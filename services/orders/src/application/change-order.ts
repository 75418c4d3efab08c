import { TransientFault } from '@openswipe/kernel';
import type { Order } from '../domain/order.js';
import { refusals } from '../domain/orders-errors.js';
import type { OrderRepository } from './ports.js';

/** Each lost race means that another change won; more than this in a row is a fault of ours. */
const ATTEMPTS_MAX = 25;

/**
 * Reads the order, moves it and writes it, again while others change it in between. A move that returns the same
 * order writes nothing. Throws `ORDERS.NOT_FOUND` and what `move` throws.
 */
export async function changeOrder(
  orders: OrderRepository,
  orderId: string,
  causationId: string,
  move: (order: Order) => Order,
): Promise<Order> {
  let [order] = await orders.find([orderId]);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (!order) throw refusals.notFound();
    const after = move(order);
    if (after === order) return order;
    const written = await orders.write([{ before: order, after, causationId }]);
    if (written.isComplete) return after;
    order = written.orders[0];
  }
  throw new TransientFault('the order changes faster than it can be written');
}
