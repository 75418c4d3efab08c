import { type Clock, DomainError, TransientFault } from '@openswipe/kernel';
import { beginPayment } from '../domain/order-moves.js';
import { mayAsk, type Order } from '../domain/order.js';
import { refusals } from '../domain/orders-errors.js';
import type { Move, OrderRepository } from './ports.js';

export interface PaymentStart {
  readonly transactionId: string;
  readonly orderId: string;
  readonly accountId: string;
  readonly terminalId: string;
}

/** The order that the transaction now holds, or why it does not. */
export type PaymentStarted = { readonly order: Order } | { readonly refusal: DomainError };

const ROUNDS_MAX = 25;

/** claimed → paying for a batch of transactions, each on its own; one transaction at most holds an order. */
export class BeginPayments {
  constructor(
    private readonly orders: OrderRepository,
    private readonly clock: Clock,
  ) {}

  /** One result per item, in their order. The same transaction again gets the same answer. */
  async execute(items: readonly PaymentStart[]): Promise<readonly PaymentStarted[]> {
    const results = new Map<PaymentStart, PaymentStarted>();
    let known: readonly Order[] = items.length === 0 ? [] : await this.orders.find(items.map(({ orderId }) => orderId));
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const open = items.filter((item) => !results.has(item));
      const moves = this.#decide(open, new Map(known.map((order) => [order.id, order])), results);
      if (moves.size === 0) return items.map((item) => results.get(item) as PaymentStarted);
      const written = await this.orders.write([...moves.values()]);
      // What was written is read as the next round's truth: a lost race is decided anew, a won one is found done.
      known = [...known.filter(({ id }) => !moves.has(id)), ...written.orders];
    }
    throw new TransientFault('the orders change faster than they can be written');
  }

  /** Answers what can be answered from `known`; returns one move per order for the others. */
  #decide(
    open: readonly PaymentStart[],
    known: ReadonlyMap<string, Order>,
    results: Map<PaymentStart, PaymentStarted>,
  ): ReadonlyMap<string, Move> {
    const moves = new Map<string, Move>();
    for (const item of open) {
      // Two transactions on one order: the second is decided when the first is written.
      if (moves.has(item.orderId)) continue;
      try {
        const before = known.get(item.orderId);
        if (!before || !mayAsk(before, { kind: 'account', id: item.accountId })) throw refusals.notFound();
        const after = beginPayment(before, item.transactionId, item.terminalId, this.clock.now());
        if (after === before) results.set(item, { order: before });
        else moves.set(item.orderId, { before, after, causationId: item.transactionId });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        results.set(item, { refusal: error });
      }
    }
    return moves;
  }
}
