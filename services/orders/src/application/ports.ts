import type { Order } from '../domain/order.js';

/** One move of one order: written only if the order still is what `before` says. */
export interface Move {
  readonly before: Order;
  readonly after: Order;
  /** Event id of the message that led to the move, or the name of the call. */
  readonly causationId: string;
}

export interface Written {
  /** Each of the moves took effect. */
  readonly isComplete: boolean;
  /** The orders as they now stand, whoever wrote them. */
  readonly orders: readonly Order[];
  /** Resolves when the events of what took effect are with the broker, or left for the sweep. Never rejects. */
  readonly published: Promise<void>;
}

/** Every write saves the order and its `OrderChanged` in one document. */
export interface OrderRepository {
  /** Writes the order unless one with its id exists; publishes soon after. Returns the stored order. */
  insertFirst(order: Order, causationId: string): Promise<Order>;
  /** Moves of orders that changed meanwhile take no effect. At most one move per order. */
  write(moves: readonly Move[]): Promise<Written>;
  find(ids: readonly string[]): Promise<readonly Order[]>;
  /** Newest first, ids below `beforeId`. */
  listOfMerchant(merchantId: string, limit: number, beforeId: string | undefined): Promise<readonly Order[]>;
  /** pending, claimed and paying orders of the account, newest first. */
  listInbox(accountId: string): Promise<readonly Order[]>;
  /** Orders that `passTime` would change. */
  listOverdue(at: Date, limit: number): Promise<readonly Order[]>;
}

/** What an idempotency key stands for, from its first use on. */
export interface KeyUse {
  readonly orderId: string;
  /** SHA-256 of the request as received, hex. */
  readonly fingerprint: string;
  readonly usedAt: Date;
}

export interface IdempotencyKeys {
  /** Returns the first use of the key: `use` itself, or an earlier one. */
  firstUse(owner: string, key: string, use: KeyUse): Promise<KeyUse>;
}
