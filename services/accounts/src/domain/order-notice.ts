import { createHash } from 'node:crypto';
import type { Channel } from './delivery.js';
import type { OrderChange, OrderSnapshot } from './order-snapshot.js';

/** What is sent: the body of a webhook, and what a bill is written from. */
export interface OrderEvent {
  readonly type: string;
  /** When it happened, ISO 8601. */
  readonly timestamp: string;
  readonly data: { readonly order: OrderSnapshot };
}

/** Somebody has to hear of an event. */
export interface OrderNotice {
  readonly deliveryId: string;
  readonly channel: Channel;
  readonly recipientId: string;
  readonly event: OrderEvent;
}

/**
 * Who has to hear what of this snapshot. Snapshots repeat facts (a failure stays visible while later states come), so
 * the same fact gives the same delivery id each time, and is sent once.
 */
export function noticesOf({ order, merchantId, targetAccountId }: OrderChange): readonly OrderNotice[] {
  const notices: OrderNotice[] = [];
  const tell = (channel: Channel, recipientId: string, fact: string, event: OrderEvent): void => {
    if (recipientId === '') return;
    notices.push({ deliveryId: deliveryIdOf(order.id, fact, channel), channel, recipientId, event });
  };
  const failure = order.lastFailure;
  if (failure) {
    const event = eventOf('order.payment_failed', failure.at, order);
    tell('webhook', merchantId, `${event.type}:${failure.transactionId}`, event);
  }
  if (order.status === 'paid' || order.status === 'canceled' || order.status === 'expired') {
    const event = eventOf(`order.${order.status}`, lastChangeOf(order), order);
    tell('webhook', merchantId, event.type, event);
    // The bill goes to the e-mail given for bills [0056, 0058]; of a collect order the target account is the payee.
    if (order.status === 'paid') tell('email', targetAccountId, event.type, event);
  }
  return notices;
}

const eventOf = (type: string, timestamp: string, order: OrderSnapshot): OrderEvent => ({
  type,
  timestamp,
  data: { order },
});

const lastChangeOf = (order: OrderSnapshot): string =>
  order.history.findLast(({ status }) => status === order.status)?.at ?? order.createdAt;

const deliveryIdOf = (orderId: string, fact: string, channel: Channel): string =>
  `dlv_${createHash('sha256').update(`${orderId}|${fact}|${channel}`).digest('hex').slice(0, 32)}`;
