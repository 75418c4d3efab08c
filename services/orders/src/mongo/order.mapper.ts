import { Money } from '@openswipe/kernel';
import { fromInt64 } from '@openswipe/service-kit';
import { ORDER_STATUSES, type OrderStatus } from '../domain/order-status.js';
import type { Order } from '../domain/order.js';
import type { NamedValue, OrderDocument } from './order.schema.js';

const toNamedValues = (record: Readonly<Record<string, string>>): NamedValue[] =>
  Object.entries(record).map(([name, value]) => ({ name, value }));

const fromNamedValues = (pairs: readonly NamedValue[]): Record<string, string> =>
  Object.fromEntries(pairs.map(({ name, value }) => [name, value]));

type Changing = Pick<
  OrderDocument,
  | 'status'
  | 'targetAccountId'
  | 'claim'
  | 'transactionId'
  | 'lastFailure'
  | 'payment'
  | 'history'
  | 'version'
  | 'changedAt'
>;

/** The fields that a move may change; the others are what was agreed to and never change. */
export const toChangingFields = (order: Order): Changing => ({
  status: order.status,
  targetAccountId: order.targetAccountId,
  claim: order.claim,
  transactionId: order.transactionId,
  lastFailure: order.lastFailure && { ...order.lastFailure, facts: toNamedValues(order.lastFailure.facts) },
  payment: order.payment,
  history: order.history,
  version: order.version,
  changedAt: order.changedAt,
});

export function toDocument({ id, total, lines, ...order }: Order): Omit<OrderDocument, 'outbox'> {
  return {
    ...order,
    ...toChangingFields({ id, total, lines, ...order }),
    _id: id,
    amountMinor: total.amountMinor,
    currency: total.currency,
    lines: lines.map((line) => ({ ...line, attributes: toNamedValues(line.attributes) })),
  };
}

/** The store is a door: status and money are parsed again. */
export function toOrder({ _id, amountMinor, currency, outbox: _outbox, ...document }: OrderDocument): Order {
  return {
    ...document,
    id: _id,
    status: parseStatus(document.status),
    total: Money.of(fromInt64(amountMinor), currency),
    version: fromInt64(document.version),
    lines: document.lines.map((line) => ({
      ...line,
      unitAmountMinor: fromInt64(line.unitAmountMinor),
      attributes: fromNamedValues(line.attributes),
    })),
    lastFailure: document.lastFailure && {
      ...document.lastFailure,
      facts: fromNamedValues(document.lastFailure.facts),
    },
  };
}

function parseStatus(text: string): OrderStatus {
  const status = ORDER_STATUSES.find((known) => known === text);
  if (!status) throw new Error(`an order is stored with the unknown status "${text}"`);
  return status;
}
