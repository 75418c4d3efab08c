import type { Clock } from '@openswipe/kernel';
import { aNewDelivery, type Delivery } from '../domain/delivery.js';
import { type OrderNotice, noticesOf } from '../domain/order-notice.js';
import type { OrderChange } from '../domain/order-snapshot.js';
import type { Deliveries, Merchants } from './ports.js';

/** Notes, for a batch of order changes, who has to hear what. May run again: the same fact is queued once. */
export class QueueDeliveries {
  constructor(
    private readonly merchants: Merchants,
    private readonly deliveries: Deliveries,
    private readonly clock: Clock,
  ) {}

  /** Whether there was anything to tell. */
  async execute(changes: readonly OrderChange[]): Promise<boolean> {
    // One batch holds several snapshots of an order: the first to tell a fact is the one that is sent.
    const notices = new Map<string, OrderNotice>();
    for (const notice of changes.flatMap(noticesOf)) {
      if (!notices.has(notice.deliveryId)) notices.set(notice.deliveryId, notice);
    }
    if (notices.size === 0) return false;
    const listening = await this.#listeningMerchants([...notices.values()]);
    const wanted = [...notices.values()].filter(
      ({ channel, recipientId }) => channel === 'email' || listening.has(recipientId),
    );
    const now = this.clock.now();
    if (wanted.length > 0) await this.deliveries.insertNew(wanted.map((notice) => toDelivery(notice, now)));
    return wanted.length > 0;
  }

  async #listeningMerchants(notices: readonly OrderNotice[]): Promise<ReadonlySet<string>> {
    const ids = new Set(notices.filter(({ channel }) => channel === 'webhook').map(({ recipientId }) => recipientId));
    if (ids.size === 0) return ids;
    const merchants = await this.merchants.findAll([...ids]);
    return new Set(merchants.filter(({ webhookUrl }) => webhookUrl !== undefined).map(({ id }) => id));
  }
}

const toDelivery = ({ deliveryId, channel, recipientId, event }: OrderNotice, now: Date): Delivery =>
  aNewDelivery(
    {
      id: deliveryId,
      channel,
      eventType: event.type,
      orderId: event.data.order.id,
      recipientId,
      body: JSON.stringify(event),
    },
    now,
  );
