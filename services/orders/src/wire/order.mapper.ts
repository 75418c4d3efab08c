import {
  type CardSummary,
  EntryMode,
  Order as OrderMessage,
  OrderKind as OrderKindMessage,
  OrderStatus as OrderStatusMessage,
} from '@openswipe/contracts';
import type { Card, Order } from '../domain/order.js';
import type { OrderStatus } from '../domain/order-status.js';

const STATUS_MESSAGES: Record<OrderStatus, OrderStatusMessage> = {
  created: OrderStatusMessage.ORDER_STATUS_CREATED,
  pending: OrderStatusMessage.ORDER_STATUS_PENDING,
  claimed: OrderStatusMessage.ORDER_STATUS_CLAIMED,
  paying: OrderStatusMessage.ORDER_STATUS_PAYING,
  paid: OrderStatusMessage.ORDER_STATUS_PAID,
  canceled: OrderStatusMessage.ORDER_STATUS_CANCELED,
  expired: OrderStatusMessage.ORDER_STATUS_EXPIRED,
  partially_refunded: OrderStatusMessage.ORDER_STATUS_PARTIALLY_REFUNDED,
  refunded: OrderStatusMessage.ORDER_STATUS_REFUNDED,
};

const ENTRY_MODES: readonly (readonly [Card['entryMode'], EntryMode])[] = [
  ['magstripe', EntryMode.ENTRY_MODE_MAGSTRIPE],
  ['contact', EntryMode.ENTRY_MODE_CONTACT],
  ['contactless', EntryMode.ENTRY_MODE_CONTACTLESS],
];

/** The order as gRPC answers and `OrderChanged` carry it. */
export function toMessage(order: Order): OrderMessage {
  const { kind, status, total, claim, lastFailure, payment, history, transactionId, changedAt: _at, ...same } = order;
  return OrderMessage.fromPartial({
    ...same,
    kind: kind === 'pay' ? OrderKindMessage.ORDER_KIND_PAY : OrderKindMessage.ORDER_KIND_COLLECT,
    status: STATUS_MESSAGES[status],
    total: { amountMinor: total.amountMinor, currency: total.currency },
    lines: same.lines.map((line) => ({ ...line, attributes: { ...line.attributes } })),
    claim: claim ?? undefined,
    transactionId: transactionId ?? '',
    lastFailure: lastFailure ? { ...lastFailure, facts: { ...lastFailure.facts } } : undefined,
    payment: payment ? { ...payment, card: payment.card ? toCardMessage(payment.card) : undefined } : undefined,
    history: history.map((change) => ({ status: STATUS_MESSAGES[change.status], at: change.at })),
  });
}

const toCardMessage = (card: Card): CardSummary => ({
  ...card,
  entryMode: ENTRY_MODES.find(([mode]) => mode === card.entryMode)?.[1] ?? EntryMode.ENTRY_MODE_UNSPECIFIED,
});

export const toCard = (card: CardSummary): Card => ({
  cardToken: card.cardToken,
  bin: card.bin,
  last4: card.last4,
  brand: card.brand,
  entryMode: ENTRY_MODES.find(([, mode]) => mode === card.entryMode)?.[0] ?? 'unspecified',
  readerKind: card.readerKind,
  readerProtected: card.readerProtected,
});
