import { type Clock, parseId } from '@openswipe/kernel';
import { nameAccount } from '../domain/order-moves.js';
import type { Order } from '../domain/order.js';
import { changeOrder } from './change-order.js';
import type { OrderRepository } from './ports.js';

/** The shopper names the account that gets the order [0037]; who knows the order id may do so. */
export class NameAccount {
  constructor(
    private readonly orders: OrderRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws `KERNEL.ID_INVALID`, `ORDERS.NOT_FOUND` and what `nameAccount` throws. */
  async execute(orderId: string, accountId: string): Promise<Order> {
    parseId('account', accountId);
    return changeOrder(this.orders, orderId, 'name-account', (order) =>
      nameAccount(order, accountId, this.clock.now()),
    );
  }
}
