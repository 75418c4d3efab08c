import type { Order } from '../domain/order.js';
import type { OrderRepository } from './ports.js';

/** The account inbox: what waits to be paid or collected on any terminal of the account [0039-0040], [0065-0073]. */
export class ListInbox {
  constructor(private readonly orders: OrderRepository) {}

  async execute(accountId: string): Promise<readonly Order[]> {
    return accountId === '' ? [] : this.orders.listInbox(accountId);
  }
}
