import type { ServiceName, Topic } from '@openswipe/contracts';
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { Logger } from '../logging/logger.js';
import { batchSeconds, recordsConsumed } from '../metrics/instruments.js';
import { ConsumerLag } from './consumer-lag.js';
import { DeadLetters } from './dead-letters.js';
import { handleBatch } from './handle-batch.js';
import type { Headers, KafkaBroker } from './kafka.js';
import type { Publisher } from './publisher.js';
import { SupervisedConsumer } from './supervised-consumer.js';

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

const HEARTBEAT_MS = 1_500;

/** Committed consumption: one group per service, offsets committed after the effect. */
export class Consumers {
  readonly #subscriptions: Subscription[] = [];
  readonly #deadLetters: DeadLetters;
  readonly #consumer: SupervisedConsumer;
  #lag: ConsumerLag | undefined;

  constructor(
    private readonly broker: KafkaBroker,
    publisher: Publisher,
    private readonly group: ServiceName,
    private readonly logger: Logger,
  ) {
    this.#consumer = new SupervisedConsumer(broker, logger);
    this.#deadLetters = new DeadLetters(publisher, group, logger);
  }

  on<T>(topic: Topic<T>, handler: BatchHandler<T>): void {
    this.#subscriptions.push({ topic: topic as Topic<unknown>, handler: handler as BatchHandler<unknown> });
  }

  /** Resolves once the group is joined: from then on nothing published is missed. */
  async start(): Promise<void> {
    if (this.#subscriptions.length === 0) return;
    await this.#consumer.start({
      groupId: this.broker.physicalName(this.group),
      topics: this.#subscriptions.map(({ topic }) => this.broker.physicalName(topic.name)),
      fromBeginning: true,
      run: (consumer) => ({
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 4,
        eachBatch: (payload) => this.#eachBatch(consumer, payload),
      }),
    });
    const topics = this.#subscriptions.map(({ topic }) => topic.name);
    this.#lag = new ConsumerLag(this.broker, this.group, topics, this.logger);
    this.#lag.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#consumer.stop(), this.#lag?.stop()]);
  }

  async #eachBatch(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const { batch, isRunning, isStale } = payload;
    const last = batch.messages.at(-1);
    const subscription = this.#subscriptions.find(({ topic }) => this.broker.physicalName(topic.name) === batch.topic);
    if (!last || !subscription) return;
    const { name: topic } = subscription.topic;
    const end = batchSeconds.startTimer({ topic });
    const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), HEARTBEAT_MS);
    try {
      const records = batch.messages.map((message) => received(subscription.topic, batch.partition, message));
      await handleBatch(
        records,
        subscription,
        this.#deadLetters,
        () => isRunning() && !isStale() && !this.#consumer.stopping,
      );
    } finally {
      clearInterval(beat);
    }
    if (isStale()) return;
    payload.resolveOffset(last.offset);
    const offset = (BigInt(last.offset) + 1n).toString();
    await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }]);
    end();
    recordsConsumed.inc({ topic }, batch.messages.length);
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
