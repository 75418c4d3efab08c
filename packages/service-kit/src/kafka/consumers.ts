import type { ServiceName, Topic } from '@openswipe/contracts';
import type { Consumer, EachBatchPayload, KafkaMessage, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import { Coalescer } from '../coalescer/coalescer.js';
import type { Logger } from '../logging/logger.js';
import { batchSeconds, recordsConsumed } from '../metrics/instruments.js';
import { ConsumerLag } from './consumer-lag.js';
import { DeadLetters } from './dead-letters.js';
import { handleBatches, type PartitionBatch } from './handle-batch.js';
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
 * Gets the records of one or more partitions, those of each in order, perhaps again after a crash: effects must be
 * idempotent.
 * Throws `TransientFault` (or a driver's network error): the whole batch is tried again until the world is back.
 * Throws anything else: records are tried one by one, and the guilty one goes to the dead-letter topic.
 */
export type BatchHandler<T> = (batch: readonly Received<T>[]) => Promise<void>;

interface Subscription {
  readonly topic: Topic<unknown>;
  readonly handler: BatchHandler<unknown>;
}

/** What happens to the batches of one run of the consumer. */
interface Line {
  /** By physical name. */
  readonly topics: ReadonlyMap<string, Subscription & { readonly batches: Coalescer<PartitionBatch> }>;
  readonly commits: Coalescer<TopicPartitionOffsetAndMetadata>;
}

const HEARTBEAT_MS = 1_500;
/** More than a service has partitions: what was fetched together is handled together. */
const PARTITIONS_AT_ONCE = 64;
/** Of several partitions: a round stays short, and what it asks of others fits into one call. */
const RECORDS_TOGETHER_MAX = 500;

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
      run: (consumer) => {
        const line = this.#lineOf(consumer);
        return {
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
          eachBatch: (payload) => this.#eachBatch(line, payload),
        };
      },
    });
    const topics = this.#subscriptions.map(({ topic }) => topic.name);
    this.#lag = new ConsumerLag(this.broker, this.group, topics, this.logger);
    this.#lag.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#consumer.stop(), this.#lag?.stop()]);
  }

  #lineOf(consumer: Consumer): Line {
    const handled = this.#subscriptions.map((subscription) => {
      const handle = (batches: readonly PartitionBatch[]): Promise<void> =>
        handleBatches(batches, subscription, this.#deadLetters);
      const batches = new Coalescer(handle, RECORDS_TOGETHER_MAX, ({ records }) => records.length);
      return [this.broker.physicalName(subscription.topic.name), { ...subscription, batches }] as const;
    });
    const commit = (offsets: readonly TopicPartitionOffsetAndMetadata[]): Promise<void> =>
      consumer.commitOffsets([...offsets]);
    return { topics: new Map(handled), commits: new Coalescer(commit) };
  }

  async #eachBatch({ topics, commits }: Line, payload: EachBatchPayload): Promise<void> {
    const { batch, isRunning, isStale } = payload;
    const last = batch.messages.at(-1);
    const subscription = topics.get(batch.topic);
    if (!last || !subscription) return;
    const { name: topic } = subscription.topic;
    const end = batchSeconds.startTimer({ topic });
    const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), HEARTBEAT_MS);
    try {
      await subscription.batches.run({
        records: batch.messages.map((message) => received(subscription.topic, batch.partition, message)),
        stillOurs: () => isRunning() && !isStale() && !this.#consumer.stopping,
      });
    } finally {
      clearInterval(beat);
    }
    if (isStale()) return;
    payload.resolveOffset(last.offset);
    const offset = (BigInt(last.offset) + 1n).toString();
    await commits.run({ topic: batch.topic, partition: batch.partition, offset });
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
