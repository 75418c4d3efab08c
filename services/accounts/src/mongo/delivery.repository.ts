import { ensureCollection, isDuplicateKey } from '@openswipe/service-kit';
import type { Connection, HydratedDocument, Model } from 'mongoose';
import type { Deliveries, DueDelivery } from '../application/ports.js';
import type { Channel, Delivery } from '../domain/delivery.js';
import { type DeliveryDocument, deliverySchema } from './delivery.schema.js';
import { readBack } from './schema.js';

const NOBODY = new Date(0);

export class DeliveryRepository implements Deliveries {
  private constructor(private readonly model: Model<DeliveryDocument>) {}

  static async open(connection: Connection): Promise<DeliveryRepository> {
    await ensureCollection(connection, 'deliveries', [
      { key: { status: 1, nextAttemptAt: 1 } },
      { key: { recipientId: 1, status: 1, nextAttemptAt: 1 } },
      { key: { orderId: 1 } },
      { key: { createdAt: 1 } },
    ]);
    return new DeliveryRepository(connection.model<DeliveryDocument>('Delivery', deliverySchema));
  }

  async insertNew(deliveries: readonly Delivery[]): Promise<void> {
    const documents = deliveries.map(({ id, ...rest }) => ({ _id: id, ...rest, leasedUntil: NOBODY }));
    try {
      await this.model.bulkWrite(
        documents.map((document) => ({ insertOne: { document } })),
        { ordered: false },
      );
    } catch (error) {
      // Whatever else than "it is already there" went wrong must be tried again.
      const { writeErrors } = error as { writeErrors?: { code?: number }[] };
      if (!isDuplicateKey(error) || (writeErrors ?? []).some(({ code }) => code !== 11000)) throw error;
    }
  }

  async findDue(now: Date, busyRecipients: readonly string[], countMax: number): Promise<readonly DueDelivery[]> {
    const others = busyRecipients.length === 0 ? {} : { recipientId: { $nin: [...busyRecipients] } };
    const due = await this.model
      .find({ ...dueAt(now), ...others }, { recipientId: 1 })
      .sort({ nextAttemptAt: 1 })
      .limit(countMax)
      .lean();
    return due.map(({ _id, recipientId }) => ({ id: _id, recipientId }));
  }

  async take(id: string, now: Date, leasedUntil: Date): Promise<Delivery | undefined> {
    const document = await this.model.findOneAndUpdate(
      { _id: id, ...dueAt(now) },
      { $set: { leasedUntil }, $inc: { attemptCount: 1 } },
      { returnDocument: 'after' },
    );
    return document ? toDelivery(document) : undefined;
  }

  async conclude({ id, status, attemptCount, lastError, nextAttemptAt }: Delivery): Promise<void> {
    // A success counts whoever reports it; a failure only while this attempt is still the latest one.
    const guard = status === 'delivered' ? { _id: id } : { _id: id, status: 'queued' as const, attemptCount };
    await this.model.updateOne(guard, { $set: { status, lastError, nextAttemptAt, leasedUntil: NOBODY } });
  }

  async wakeWaiting(recipientId: string, channel: Channel, now: Date): Promise<void> {
    await this.model.updateMany(
      { recipientId, channel, status: 'queued', nextAttemptAt: { $gt: now } },
      { $set: { nextAttemptAt: now } },
    );
  }

  async oldestQueued(channel: Channel): Promise<Date | undefined> {
    const oldest = await this.model.findOne({ status: 'queued', channel }, { createdAt: 1 }).sort({ createdAt: 1 });
    return oldest?.createdAt;
  }

  async deleteConcluded(before: Date, countMax: number): Promise<number> {
    const concluded = { status: { $in: ['delivered', 'failed'] as const }, createdAt: { $lt: before } };
    const old = await this.model.find(concluded, { _id: 1 }).limit(countMax).lean();
    if (old.length > 0) await this.model.deleteMany({ _id: { $in: old.map(({ _id }) => _id) } });
    return old.length;
  }

  async listOf(orderId: string): Promise<readonly Delivery[]> {
    return Promise.all((await this.model.find({ orderId }).sort({ createdAt: 1, _id: 1 })).map(toDelivery));
  }
}

const dueAt = (now: Date) => ({ status: 'queued' as const, nextAttemptAt: { $lte: now }, leasedUntil: { $lte: now } });

async function toDelivery(document: HydratedDocument<DeliveryDocument>): Promise<Delivery> {
  const { _id, leasedUntil: _leasedUntil, ...rest } = await readBack(document);
  return { id: _id, ...rest };
}
