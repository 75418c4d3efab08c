import type { Delivery } from '../domain/delivery.js';
import type { Deliveries } from './ports.js';

/** Webhooks and e-mails of one order, oldest first. */
export class ListDeliveries {
  constructor(private readonly deliveries: Deliveries) {}

  execute(orderId: string): Promise<readonly Delivery[]> {
    return this.deliveries.listOf(orderId);
  }
}
