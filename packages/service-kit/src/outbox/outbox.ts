import type { Collection, Document } from 'mongodb';
import { describeError } from '../faults.js';
import type { Headers, OutgoingRecord } from '../kafka/kafka.js';
import type { Publisher } from '../kafka/publisher.js';
import type { Logger } from '../logging/logger.js';
import { Loop } from '../loop/loop.js';
import { outboxOldestSeconds } from '../metrics/instruments.js';

/** One event to publish, kept in the document whose change it tells of (DESIGN §4): one write saves both. */
export interface OutboxEntry {
  readonly id: string;
  readonly at: Date;
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Headers;
}

export interface WithOutbox {
  readonly _id: string;
  readonly outbox?: readonly OutboxEntry[];
}

const SWEEP_INTERVAL_MS = 5_000;
/** A younger entry is still on its direct way. */
const SWEEP_AGE_MS = 3_000;
const SWEEP_BATCH = 500;
/** What was published is removed together with what follows so soon: one write for many, and nobody waits for it. */
const CLEAR_PAUSE_MS = 200;

export const toOutboxEntry = (record: OutgoingRecord, at: Date): OutboxEntry => ({
  id: record.headers['event-id'] ?? '',
  at,
  topic: record.topic,
  key: record.key,
  value: record.value,
  headers: record.headers,
});

/**
 * Publishes outbox entries and then removes them. `relay` is the direct way, right after the write; the sweeper finds
 * what a crash or a broker outage left behind. An entry may be published twice, never lost.
 */
export class OutboxRelay {
  readonly #collections: Collection<Document>[] = [];
  readonly #sweeper: Loop;
  /** Published and not removed yet: in each collection the documents by event id. */
  readonly #published = new Map<string, Published>();
  #timer: NodeJS.Timeout | undefined;
  #cleared: Promise<void> = Promise.resolve();

  constructor(
    private readonly publisher: Publisher,
    private readonly logger: Logger,
  ) {
    this.#sweeper = new Loop('outbox sweep', SWEEP_INTERVAL_MS, () => this.sweep(), logger);
  }

  /** Names a collection whose documents carry an outbox; its left-over entries are swept. */
  watch<D extends Document>(collection: Collection<D>): void {
    this.#collections.push(asDocuments(collection));
  }

  start(): void {
    this.#sweeper.start();
  }

  async stop(): Promise<void> {
    await this.#sweeper.stop();
    await this.#clearPublished();
  }

  /** Resolves when they are published. Never throws: what fails now is swept later. */
  async relay<D extends Document>(collection: Collection<D>, documents: readonly WithOutbox[]): Promise<void> {
    const full = documents.filter(({ outbox }) => outbox && outbox.length > 0);
    if (full.length === 0) return;
    try {
      await this.#publish(full);
      const { entries } = this.#publishedOf(asDocuments(collection));
      for (const { _id, outbox = [] } of full) for (const { id } of outbox) entries.set(id, _id);
      this.#timer ??= setTimeout(() => void this.#clearPublished(), CLEAR_PAUSE_MS);
    } catch (error) {
      this.#warn(collection.collectionName, error);
    }
  }

  /**
   * As `relay`, after guarded writes of these documents. Where some lost, the store does not tell which: what it holds
   * of these entries is published, and nothing else that happens to wait there.
   */
  async relayMatched<D extends Document>(
    collection: Collection<D>,
    documents: readonly WithOutbox[],
    matchedCount: number,
  ): Promise<void> {
    if (matchedCount === documents.length) return this.relay(collection, documents);
    const own = new Set(documents.flatMap(({ outbox = [] }) => outbox.map(({ id }) => id)));
    if (own.size === 0) return;
    const stored = (await asDocuments(collection)
      .find({ _id: { $in: documents.map(({ _id }) => _id as never) } }, { projection: { outbox: 1 } })
      .toArray()) as unknown as WithOutbox[];
    await this.relay(
      collection,
      stored.map(({ _id, outbox = [] }) => ({ _id, outbox: outbox.filter(({ id }) => own.has(id)) })),
    );
  }

  /** Publishes what is older than the direct way takes. Returns how many entries it sent. */
  async sweep(now: Date = new Date()): Promise<number> {
    let count = 0;
    const olderThan = new Date(now.getTime() - SWEEP_AGE_MS);
    // Left by a replica whose clock is ahead: it would not be old for as long as that.
    const fromTheFuture = new Date(now.getTime() + SWEEP_AGE_MS);
    const leftOver = { $or: [{ 'outbox.at': { $lt: olderThan } }, { 'outbox.at': { $gt: fromTheFuture } }] };
    for (const collection of this.#collections) {
      const left = (await collection
        .find(leftOver, { projection: { outbox: 1 }, limit: SWEEP_BATCH })
        .toArray()) as unknown as WithOutbox[];
      outboxOldestSeconds.set({ collection: collection.collectionName }, oldestSeconds(left, now));
      if (left.length === 0) continue;
      await this.#publish(left);
      await clear(
        collection,
        left.flatMap(({ _id, outbox = [] }) => outbox.map(({ id }) => [id, _id] as const)),
      );
      count += left.reduce((sum, { outbox }) => sum + (outbox?.length ?? 0), 0);
      this.logger.info({ collection: collection.collectionName, documents: left.length }, 'outbox swept');
    }
    return count;
  }

  async #publish(documents: readonly WithOutbox[]): Promise<void> {
    await this.publisher.publish(documents.flatMap(({ outbox = [] }) => outbox.map(withBuffer)));
  }

  #publishedOf(collection: Collection<Document>): Published {
    const known = this.#published.get(collection.collectionName) ?? { collection, entries: new Map() };
    this.#published.set(collection.collectionName, known);
    return known;
  }

  #clearPublished(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return (this.#cleared = this.#cleared.then(async () => {
      for (const { collection, entries } of this.#published.values()) await this.#clear(collection, entries);
    }));
  }

  async #clear(collection: Collection<Document>, entries: Map<string, string>): Promise<void> {
    const published = [...entries];
    if (published.length === 0) return;
    await clear(collection, published).catch((error: unknown) => this.#warn(collection.collectionName, error));
    for (const [id] of published) entries.delete(id);
  }

  #warn(collection: string, error: unknown): void {
    this.logger.warn({ collection, error: describeError(error) }, 'outbox kept for the sweep');
  }
}

interface Published {
  readonly collection: Collection<Document>;
  /** Id of the document by id of the event. */
  readonly entries: Map<string, string>;
}

async function clear(
  collection: Collection<Document>,
  published: readonly (readonly [eventId: string, _id: string])[],
): Promise<void> {
  const eventsOf = Map.groupBy(published, ([, _id]) => _id);
  await collection.bulkWrite(
    [...eventsOf].map(([_id, events]) => ({
      updateOne: {
        filter: { _id: _id as never },
        update: { $pull: { outbox: { id: { $in: events.map(([eventId]) => eventId) } } } as never },
      },
    })),
    { ordered: false },
  );
}

const oldestSeconds = (documents: readonly WithOutbox[], now: Date): number =>
  Math.max(0, ...documents.flatMap(({ outbox = [] }) => outbox.map(({ at }) => now.getTime() - at.getTime()))) / 1_000;

/** The outbox is the only part of the documents that the relay touches. */
const asDocuments = <D extends Document>(collection: Collection<D>): Collection<Document> =>
  collection as unknown as Collection<Document>;

/** Entries may come fresh or read from the store, where the driver hands bytes back in its own wrapper. */
const withBuffer = (entry: OutboxEntry): OutboxEntry => ({
  ...entry,
  value: Buffer.isBuffer(entry.value) ? entry.value : Buffer.from((entry.value as { buffer: Uint8Array }).buffer),
});
