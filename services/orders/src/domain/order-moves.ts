import type { Asker, Claim, FailedAttempt, Order, Payment } from './order.js';
import { EXPIRABLE_STATUSES, canMove, type OrderStatus } from './order-status.js';
import { refusals } from './orders-errors.js';

/** How long a terminal may keep an order without paying it, milliseconds. */
export const CLAIM_MS = 5 * 60_000;

/** Binds the target account [0037]. Throws `ORDERS.ACCOUNT_ALREADY_NAMED`, `.CANCELED`, `.EXPIRED`. */
export function nameAccount(order: Order, accountId: string, at: Date): Order {
  if (order.targetAccountId === accountId) return order;
  if (order.targetAccountId !== '') throw refusals.accountAlreadyNamed();
  requireOpen(order, at);
  return moved(order, 'pending', at, { targetAccountId: accountId });
}

/**
 * One terminal takes the order; its own later claim renews the time, and a claim that ran out may be taken over.
 * Throws `ORDERS.CLAIMED_BY_OTHER_TERMINAL`, `.ALREADY_PAYING`, `.ALREADY_PAID`, `.CANCELED`, `.EXPIRED`.
 */
export function claim(order: Order, terminalId: string, at: Date): Order {
  requireOpen(order, at);
  if (order.status === 'created') throw refusals.notPending();
  const held = order.claim;
  if (held && held.terminalId !== terminalId && held.expiresAt > at) {
    throw refusals.claimedByOtherTerminal(held.terminalId, held.expiresAt);
  }
  return moved(order, 'claimed', at, { claim: newClaim(order, terminalId, at) });
}

/** The terminal gives the order back. Throws as `claim` does. */
export function release(order: Order, terminalId: string, at: Date): Order {
  requireOpen(order, at);
  if (order.status !== 'claimed' || !order.claim) return order;
  if (order.claim.terminalId !== terminalId) {
    throw refusals.claimedByOtherTerminal(order.claim.terminalId, order.claim.expiresAt);
  }
  return moved(order, 'pending', at, { claim: null });
}

/**
 * Throws `ORDERS.ALREADY_PAYING` while a transaction is under way, `.ALREADY_PAID`, `.EXPIRED`, and
 * `.CANCEL_FORBIDDEN` where a shopper's account asks: its order belongs to the merchant and its checkout page.
 */
export function cancel(order: Order, asker: Asker, at: Date): Order {
  if (asker.kind === 'account' && order.kind !== 'collect') throw refusals.cancelForbidden();
  if (order.status === 'canceled') return order;
  requireOpen(order, at);
  return moved(order, 'canceled', at, { claim: null });
}

/**
 * The transaction takes hold of the order; none other can until it has ended. The claim's time is a courtesy between
 * terminals: a claim that ran out while the card data was on its way still counts, unless another terminal took over.
 * Throws `ORDERS.NOT_CLAIMED`, `.CLAIMED_BY_OTHER_TERMINAL`, `.ALREADY_PAYING`, `.ALREADY_PAID`, `.CANCELED`,
 * `.EXPIRED`.
 */
export function beginPayment(order: Order, transactionId: string, terminalId: string, at: Date): Order {
  if (order.transactionId === transactionId) return order;
  requireOpen(order, at);
  // A late repetition of a transaction that has already failed must not take the order again.
  if (order.status !== 'claimed' || !order.claim || order.lastFailure?.transactionId === transactionId) {
    throw refusals.notClaimed();
  }
  if (order.claim.terminalId !== terminalId) {
    throw refusals.claimedByOtherTerminal(order.claim.terminalId, order.claim.expiresAt);
  }
  return moved(order, 'paying', at, { transactionId });
}

const holds = (order: Order, transactionId: string): boolean =>
  order.status === 'paying' && order.transactionId === transactionId;

/** The holding transaction is settled. A transaction that does not hold the order changes nothing. */
export const pay = (order: Order, payment: Payment, at: Date): Order =>
  holds(order, payment.transactionId) ? moved(order, 'paid', at, { payment, claim: null }) : order;

/**
 * The holding transaction ended without payment: the same terminal may try again at once, or the order's time has
 * passed. A transaction that does not hold the order changes nothing.
 */
export function failAttempt(order: Order, lastFailure: FailedAttempt, at: Date): Order {
  if (!holds(order, lastFailure.transactionId)) return order;
  const terminalId = order.claim?.terminalId;
  return order.expiresAt <= at || terminalId === undefined
    ? moved(order, 'expired', at, { lastFailure, transactionId: null, claim: null })
    : moved(order, 'claimed', at, { lastFailure, transactionId: null, claim: newClaim(order, terminalId, at) });
}

/** What time alone does to an order: it expires, or its claim runs out. */
export function passTime(order: Order, at: Date): Order {
  if (!EXPIRABLE_STATUSES.includes(order.status)) return order;
  if (order.expiresAt <= at) return moved(order, 'expired', at, { claim: null });
  if (order.claim && order.claim.expiresAt <= at) return moved(order, 'pending', at, { claim: null });
  return order;
}

/** Refuses what can only be done to an order that still waits to be paid. */
function requireOpen(order: Order, at: Date): void {
  switch (order.status) {
    case 'paying':
      throw refusals.alreadyPaying(order.transactionId ?? '');
    case 'paid':
    case 'partially_refunded':
    case 'refunded':
      throw refusals.alreadyPaid();
    case 'canceled':
      throw refusals.canceled();
    case 'expired':
      throw refusals.expired(order.expiresAt);
    default:
      if (order.expiresAt <= at) throw refusals.expired(order.expiresAt);
  }
}

const newClaim = (order: Order, terminalId: string, at: Date): Claim => ({
  terminalId,
  expiresAt: new Date(Math.min(at.getTime() + CLAIM_MS, order.expiresAt.getTime())),
});

function moved(order: Order, status: OrderStatus, at: Date, changes: Partial<Order>): Order {
  if (!canMove(order.status, status)) throw new Error(`illegal move of an order: ${order.status} to ${status}`);
  const history = status === order.status ? order.history : [...order.history, { status, at }];
  return { ...order, ...changes, status, history, version: order.version + 1n, changedAt: at };
}
