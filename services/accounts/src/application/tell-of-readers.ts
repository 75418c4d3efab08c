import { createHash } from 'node:crypto';
import type { Clock } from '@openswipe/kernel';
import { type Delivery, aNewDelivery } from '../domain/delivery.js';
import type { ReaderEvent } from '../domain/reader-letter.js';
import type { Reader, ReaderFact } from '../domain/reader.js';
import type { Deliveries, Readers } from './ports.js';

const BATCH = 100;

/** Queues the letters about readers. May run again: one change gives one delivery. */
export class TellOfReaders {
  constructor(
    private readonly readers: Readers,
    private readonly deliveries: Deliveries,
    private readonly clock: Clock,
  ) {}

  /** Whatever a crash or a fault of the store left untold. */
  async execute(): Promise<void> {
    for (const reader of await this.readers.listUntold(BATCH)) await this.#tell(reader);
  }

  /** Right after the change. Never throws: the change is made, and what cannot be queued now is found again. */
  async soon(reader: Reader): Promise<void> {
    await this.#tell(reader).catch(() => undefined);
  }

  async #tell(reader: Reader): Promise<void> {
    if (reader.untold.length === 0) return;
    const now = this.clock.now();
    await this.deliveries.insertNew(reader.untold.map((fact) => toDelivery(reader, fact, now)));
    await this.readers.markTold(reader.id, reader.untold);
  }
}

function toDelivery(reader: Reader, fact: ReaderFact, now: Date): Delivery {
  const { id, accountId, model, serialNumber, carrier, trackingNumber, postalAddress, shippedAt, lostAt } = reader;
  const at = (fact === 'shipped' ? shippedAt : lostAt) ?? now;
  const event: ReaderEvent = {
    type: `reader.${fact}`,
    timestamp: at.toISOString(),
    data: { reader: { model, serialNumber, carrier, trackingNumber, postalAddress } },
  };
  return aNewDelivery(
    {
      id: `dlv_${createHash('sha256').update(`${id}|${event.type}|email`).digest('hex').slice(0, 32)}`,
      channel: 'email',
      eventType: event.type,
      orderId: '',
      recipientId: accountId,
      body: JSON.stringify(event),
    },
    now,
  );
}
