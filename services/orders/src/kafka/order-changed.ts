import { TOPICS } from '@openswipe/contracts';
import { type OutboxEntry, toOutboxEntry, toRecord } from '@openswipe/service-kit';
import type { Order } from '../domain/order.js';
import { toMessage } from '../wire/order.mapper.js';

/** The event that tells of an order's new version. */
export function orderChanged(order: Order, causationId: string): OutboxEntry {
  const context = { correlationId: order.id, causationId, occurredAt: order.changedAt };
  return toOutboxEntry(toRecord(TOPICS.orderChanged, order.id, { order: toMessage(order) }, context), order.changedAt);
}
