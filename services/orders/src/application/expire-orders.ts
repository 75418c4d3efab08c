import type { Clock } from '@openswipe/kernel';
import { passTime } from '../domain/order-moves.js';
import type { OrderRepository } from './ports.js';

const BATCH_SIZE = 500;

/** Sweeper: orders past their time expire, and claims that ran out are given back. Never touches one being paid. */
export class ExpireOrders {
  constructor(
    private readonly orders: OrderRepository,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const at = this.clock.now();
    const overdue = await this.orders.listOverdue(at, BATCH_SIZE);
    const moves = overdue
      .map((before) => ({ before, after: passTime(before, at), causationId: 'expire-orders' }))
      .filter(({ before, after }) => before !== after);
    // An order that changes at this moment loses its move and is found again by the next sweep.
    if (moves.length > 0) await (await this.orders.write(moves)).published;
  }
}
