import { counter, ensureCollection, isDuplicateKey, type OutboxEntry, type OutboxRelay } from '@openswipe/service-kit';
import type { Connection, Model } from 'mongoose';
import type { Move, OrderRepository, Written } from '../application/ports.js';
import { EXPIRABLE_STATUSES, INBOX_STATUSES } from '../domain/order-status.js';
import type { Order } from '../domain/order.js';
import { toChangingFields, toDocument, toOrder } from './order.mapper.js';
import { ORDER_INDEXES, ORDERS, type OrderDocument, orderModel } from './order.schema.js';

const INBOX_MAX = 200;

const changes = counter('openswipe_orders_changed_total', 'Orders that came into a status, by that status', 'status');

export type ToEntry = (order: Order, causationId: string) => OutboxEntry;

export class MongoOrders implements OrderRepository {
  private constructor(
    private readonly model: Model<OrderDocument>,
    private readonly relay: OutboxRelay,
    private readonly toEntry: ToEntry,
  ) {}

  /** @param toEntry the event that tells of an order's new version. */
  static async open(connection: Connection, relay: OutboxRelay, toEntry: ToEntry): Promise<MongoOrders> {
    await ensureCollection(connection, ORDERS, ORDER_INDEXES);
    const model = orderModel(connection);
    relay.watch(model.collection as never);
    return new MongoOrders(model, relay, toEntry);
  }

  async insertFirst(order: Order, causationId: string): Promise<Order> {
    const outbox = [this.toEntry(order, causationId)];
    try {
      await this.model.create({ ...toDocument(order), outbox });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const [existing] = await this.find([order.id]);
      return existing ?? order;
    }
    changes.inc({ status: order.status });
    void this.#relay([{ _id: order.id, outbox }]);
    return order;
  }

  async write(moves: readonly Move[]): Promise<Written> {
    const written = moves.map(({ before, after, causationId }) => ({
      before,
      after,
      entry: this.toEntry(after, causationId),
    }));
    const { matchedCount } = await this.model.bulkWrite(
      written.map(({ before, after, entry }) => ({
        updateOne: {
          filter: { _id: before.id, version: before.version, status: before.status },
          update: { $set: toChangingFields(after), $push: { outbox: entry } },
        },
      })),
      { ordered: false },
    );
    if (matchedCount === moves.length) {
      for (const { after } of moves) changes.inc({ status: after.status });
      const published = this.#relay(written.map(({ after, entry }) => ({ _id: after.id, outbox: [entry] })));
      return { isComplete: true, orders: moves.map(({ after }) => after), published };
    }
    // Only what the guard let through may be published: the outbox is read back, not taken from the moves.
    const stored = await this.#read(moves.map(({ before }) => before.id));
    return { isComplete: false, orders: stored.map(toOrder), published: this.#relay(stored) };
  }

  async find(ids: readonly string[]): Promise<readonly Order[]> {
    return (await this.#read(ids)).map(toOrder);
  }

  async listOfMerchant(merchantId: string, limit: number, beforeId: string | undefined): Promise<readonly Order[]> {
    const filter = { merchantId, ...(beforeId === undefined ? {} : { _id: { $lt: beforeId } }) };
    return (await this.model.find(filter).sort({ _id: -1 }).limit(limit).lean()).map(readOrder);
  }

  async listInbox(accountId: string): Promise<readonly Order[]> {
    const filter = { targetAccountId: accountId, status: { $in: [...INBOX_STATUSES] } };
    return (await this.model.find(filter).sort({ _id: -1 }).limit(INBOX_MAX).lean()).map(readOrder);
  }

  async listOverdue(at: Date, limit: number): Promise<readonly Order[]> {
    const expired = { status: { $in: [...EXPIRABLE_STATUSES] }, expiresAt: { $lte: at } };
    const givenUp = { status: 'claimed' as const, 'claim.expiresAt': { $lte: at } };
    const [orders, claims] = await Promise.all(
      [expired, givenUp].map((filter) =>
        this.model
          .find(filter as never)
          .limit(limit)
          .lean(),
      ),
    );
    const byId = new Map([...(orders ?? []), ...(claims ?? [])].map((document) => [document._id, document]));
    return [...byId.values()].map(readOrder);
  }

  async #read(ids: readonly string[]): Promise<readonly OrderDocument[]> {
    return (await this.model.find({ _id: { $in: [...new Set(ids)] } }).lean()) as readonly OrderDocument[];
  }

  #relay(documents: readonly { readonly _id: string; readonly outbox: readonly OutboxEntry[] }[]): Promise<void> {
    return this.relay.relay(this.model.collection as never, documents);
  }
}

const readOrder = (document: object): Order => toOrder(document as OrderDocument);
