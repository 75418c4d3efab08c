import type { ServiceName, Topic } from '@openswipe/contracts';
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { describeError } from '../faults.js';
import type { Logger } from '../logging/logger.js';
import { DeadLetters } from './dead-letters.js';
import { handleBatch } from './handle-batch.js';
import type { Headers, KafkaBroker } from './kafka.js';
import type { Publisher } from './publisher.js';

/** One decoded record. */
export interface Received<T> {
  readonly value: T;
  readonly key: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly headers: Headers;
}

/**
 * Gets the records of one partition in order, perhaps again after a crash: effects must be idempotent.
 * Throws `TransientFault` (or a driver's network error): the whole batch is tried again until the world is back.
 * Throws anything else: records are tried one by one, and the guilty one goes to the dead-letter topic.
 */
export type BatchHandler<T> = (batch: readonly Received<T>[]) => Promise<void>;

interface Subscription {
  readonly topic: Topic<unknown>;
  readonly handler: BatchHandler<unknown>;
}

const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 2_000;
const RESTART_DELAY_MS = 1_000;

/** Committed consumption: one group per service, offsets committed after the effect. */
export class Consumers {
  readonly #subscriptions: Subscription[] = [];
  readonly #deadLetters: DeadLetters;
  #consumer: Consumer | undefined;
  #stopping = false;

  constructor(
    private readonly broker: KafkaBroker,
    publisher: Publisher,
    private readonly group: ServiceName,
    private readonly logger: Logger,
  ) {
    this.#deadLetters = new DeadLetters(publisher, group, logger);
  }

  on<T>(topic: Topic<T>, handler: BatchHandler<T>): void {
    this.#subscriptions.push({ topic: topic as Topic<unknown>, handler: handler as BatchHandler<unknown> });
  }

  /** Resolves once the group is joined: from then on nothing published is missed. */
  async start(): Promise<void> {
    if (this.#subscriptions.length === 0 || this.#stopping) return;
    const consumer = this.broker.client.consumer({
      groupId: this.broker.physicalName(this.group),
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: 15_000,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: 250,
      // Small fetches: a batch is done well inside the session timeout (tulios/kafkajs#1720).
      maxBytesPerPartition: 262_144,
      // We restart it ourselves: kafkajs gives up silently on errors that it deems non-retriable (tulios/kafkajs#659).
      retry: { restartOnFailure: async () => false },
    });
    this.#consumer = consumer;
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#restart(consumer, payload.error));
    const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
    await consumer.connect();
    await consumer.subscribe({
      topics: this.#subscriptions.map(({ topic }) => this.broker.physicalName(topic.name)),
      fromBeginning: true,
    });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: (payload) => this.#eachBatch(consumer, payload),
    });
    await joined;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#consumer?.disconnect();
  }

  #restart(consumer: Consumer, error: Error): void {
    if (this.#stopping) return;
    this.logger.warn({ error: describeError(error) }, 'consumer stopped; it starts again');
    setTimeout(() => {
      void consumer
        .disconnect()
        .catch(() => undefined)
        .then(() => this.start())
        .catch((again: unknown) => this.#restart(consumer, again as Error));
    }, RESTART_DELAY_MS).unref();
  }

  async #eachBatch(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const { batch, isRunning, isStale } = payload;
    const last = batch.messages.at(-1);
    const subscription = this.#subscriptions.find(({ topic }) => this.broker.physicalName(topic.name) === batch.topic);
    if (!last || !subscription) return;
    const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), HEARTBEAT_MS);
    try {
      const records = batch.messages.map((message) => received(subscription.topic, batch.partition, message));
      await handleBatch(records, subscription, this.#deadLetters, () => isRunning() && !isStale() && !this.#stopping);
    } finally {
      clearInterval(beat);
    }
    if (isStale()) return;
    payload.resolveOffset(last.offset);
    const offset = (BigInt(last.offset) + 1n).toString();
    await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }]);
  }
}

/** A record before decoding: decoding is part of handling, since it can be the message's own fault. */
export interface RawRecord extends Omit<Received<unknown>, 'value'> {
  readonly bytes: Buffer;
}

function received(topic: Topic<unknown>, partition: number, message: KafkaMessage): RawRecord {
  return {
    topic: topic.name,
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString() ?? '',
    bytes: message.value ?? Buffer.alloc(0),
    headers: toHeaders(message),
  };
}

export const toHeaders = (message: KafkaMessage): Headers =>
  Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value ?? '')]));
