import type { Order } from '../domain/order.js';
import { refusals } from '../domain/orders-errors.js';
import type { OrderRepository } from './ports.js';

const PAGE_SIZE_DEFAULT = 20;
const PAGE_SIZE_MAX = 100;

export interface OrderPage {
  readonly orders: readonly Order[];
  readonly hasMore: boolean;
}

export class ListOrders {
  constructor(private readonly orders: OrderRepository) {}

  /** Newest first. `afterId` is the last id of the page before. Throws `ORDERS.PAGE_SIZE_INVALID`. */
  async execute(merchantId: string, pageSize: number, afterId: string): Promise<OrderPage> {
    if (pageSize > PAGE_SIZE_MAX) throw refusals.pageSizeInvalid(PAGE_SIZE_MAX);
    // An empty owner would match the orders that accounts made for themselves.
    if (merchantId === '') return { orders: [], hasMore: false };
    const size = pageSize || PAGE_SIZE_DEFAULT;
    const found = await this.orders.listOfMerchant(merchantId, size + 1, afterId || undefined);
    return { orders: found.slice(0, size), hasMore: found.length > size };
  }
}
