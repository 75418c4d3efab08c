import { type Clock, TransientFault } from '@openswipe/kernel';
import { failAttempt, pay } from '../domain/order-moves.js';
import type { FailedAttempt, Order, Payment } from '../domain/order.js';
import type { Move, OrderRepository } from './ports.js';

/** How a transaction ended, and the event that says so. */
export type ConcludedTransaction = { readonly orderId: string; readonly eventId: string } & (
  { readonly payment: Payment } | { readonly failure: FailedAttempt }
);

const ROUNDS_MAX = 25;

/** settled → the order is paid; any other end → its terminal may try again, or the order has expired meanwhile. */
export class ApplyConcludedTransactions {
  constructor(
    private readonly orders: OrderRepository,
    private readonly clock: Clock,
  ) {}

  /** Repeated or foreign conclusions change nothing: only the transaction that holds the order moves it. */
  async execute(batch: readonly ConcludedTransaction[]): Promise<void> {
    if (batch.length === 0) return;
    let known = await this.orders.find(batch.map(({ orderId }) => orderId));
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const moves = this.#decide(batch, known);
      if (moves.length === 0) return;
      const { orders, published } = await this.orders.write(moves);
      await published;
      known = orders;
    }
    throw new TransientFault('the orders change faster than they can be written');
  }

  #decide(batch: readonly ConcludedTransaction[], known: readonly Order[]): readonly Move[] {
    const byOrder = Map.groupBy(batch, ({ orderId }) => orderId);
    const at = this.clock.now();
    return known.flatMap((before) => {
      for (const concluded of byOrder.get(before.id) ?? []) {
        const after =
          'payment' in concluded ? pay(before, concluded.payment, at) : failAttempt(before, concluded.failure, at);
        if (after !== before) return [{ before, after, causationId: concluded.eventId }];
      }
      return [];
    });
  }
}
