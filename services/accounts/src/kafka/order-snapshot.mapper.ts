import { type Order, EntryMode, OrderKind, OrderStatus as WireStatus, type Payment } from '@openswipe/contracts';
import type { OrderChange, OrderSnapshot, OrderStatus, SnapshotPayment } from '../domain/order-snapshot.js';

const STATUS: Readonly<Partial<Record<WireStatus, OrderStatus>>> = {
  [WireStatus.ORDER_STATUS_CREATED]: 'created',
  [WireStatus.ORDER_STATUS_PENDING]: 'pending',
  [WireStatus.ORDER_STATUS_CLAIMED]: 'claimed',
  [WireStatus.ORDER_STATUS_PAYING]: 'paying',
  [WireStatus.ORDER_STATUS_PAID]: 'paid',
  [WireStatus.ORDER_STATUS_CANCELED]: 'canceled',
  [WireStatus.ORDER_STATUS_EXPIRED]: 'expired',
  [WireStatus.ORDER_STATUS_PARTIALLY_REFUNDED]: 'partially_refunded',
  [WireStatus.ORDER_STATUS_REFUNDED]: 'refunded',
};

const ENTRY_MODE: Readonly<Partial<Record<EntryMode, string>>> = {
  [EntryMode.ENTRY_MODE_MAGSTRIPE]: 'magstripe',
  [EntryMode.ENTRY_MODE_CONTACT]: 'contact',
  [EntryMode.ENTRY_MODE_CONTACTLESS]: 'contactless',
};

/** Throws `RangeError` for an order that lacks what every order has: it goes to the dead letters. */
export const toOrderChange = (order: Order | undefined, publicUrl: string): OrderChange => ({
  order: toSnapshot(required(order, 'order'), publicUrl),
  merchantId: order?.merchantId ?? '',
  targetAccountId: order?.targetAccountId ?? '',
});

function toSnapshot(order: Order, publicUrl: string): OrderSnapshot {
  const total = required(order.total, 'total');
  return {
    id: order.id,
    kind: order.kind === OrderKind.ORDER_KIND_COLLECT ? 'collect' : 'pay',
    status: statusOf(order.status),
    payeeId: order.payeeId,
    payeeName: order.payeeName,
    amountMinor: total.amountMinor.toString(),
    currency: total.currency,
    lines: order.lines.map(({ name, quantity, unitAmountMinor, attributes }) => ({
      name,
      quantity,
      unitAmountMinor: unitAmountMinor.toString(),
      attributes,
    })),
    terms: order.terms,
    merchantReference: order.merchantReference,
    digest: order.digest,
    createdAt: iso(order.createdAt),
    expiresAt: iso(order.expiresAt),
    version: Number(order.version),
    ...optionalParts(order),
    history: order.history.map(({ status, at }) => ({ status: statusOf(status), at: iso(at) })),
    ...(order.returnUrl === '' ? {} : { returnUrl: order.returnUrl }),
    ...(order.cancelUrl === '' ? {} : { cancelUrl: order.cancelUrl }),
    checkoutUrl: new URL(`/checkout/${order.id}`, publicUrl).href,
  };
}

function optionalParts({ claim, transactionId, lastFailure, payment }: Order): Partial<OrderSnapshot> {
  return {
    ...(claim && { claim: { terminalId: claim.terminalId, expiresAt: iso(claim.expiresAt) } }),
    ...(transactionId !== '' && { transactionId }),
    ...(lastFailure && {
      lastFailure: {
        transactionId: lastFailure.transactionId,
        reasonCode: lastFailure.reasonCode,
        facts: lastFailure.facts,
        at: iso(lastFailure.at),
      },
    }),
    ...(payment && { payment: toPayment(payment) }),
  };
}

const toPayment = (payment: Payment): SnapshotPayment => ({
  transactionId: payment.transactionId,
  // Never the card token: it names a place in the vault and is nobody else's.
  card: {
    brand: payment.card?.brand ?? 'unknown',
    bin: payment.card?.bin ?? '',
    last4: payment.card?.last4 ?? '',
    entryMode: ENTRY_MODE[payment.card?.entryMode ?? EntryMode.ENTRY_MODE_UNSPECIFIED] ?? 'unknown',
  },
  authorizationCode: payment.authorizationCode,
  journalEntryId: payment.journalEntryId,
  paidAt: iso(payment.paidAt),
});

function statusOf(status: WireStatus): OrderStatus {
  return required(STATUS[status], 'status');
}

const iso = (time: Date | undefined): string => required(time, 'time').toISOString();

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new RangeError(`the order has no ${name}`);
  return value;
}
