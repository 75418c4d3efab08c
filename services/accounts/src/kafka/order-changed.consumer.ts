import { TOPICS } from '@openswipe/contracts';
import type { Consumers } from '@openswipe/service-kit';
import type { QueueDeliveries } from '../application/queue-deliveries.js';
import { toOrderChange } from './order-snapshot.mapper.js';

/** Hears of every order change; `onQueued` wakes the worker. */
export function listenToOrders(
  consumers: Consumers,
  queueDeliveries: QueueDeliveries,
  publicUrl: string,
  onQueued: () => void,
): void {
  consumers.on(TOPICS.orderChanged, async (batch) => {
    if (await queueDeliveries.execute(batch.map(({ value }) => toOrderChange(value.order, publicUrl)))) onQueued();
  });
}
