import type { Delivery } from '../domain/delivery.js';
import type { Deliveries } from './ports.js';

/** Webhooks and e-mails of one order, oldest first. */
export class ListDeliveries {
  constructor(private readonly deliveries: Deliveries) {}

  async execute(orderId: string): Promise<readonly Delivery[]> {
    // What tells of no order, such as a text message with a code, is nobody's to list.
    return orderId === '' ? [] : this.deliveries.listOf(orderId);
  }
}
