import {
  TOPICS,
  deadLetterRetentionMsOf,
  deadLetterTopicOf,
  segmentMsOf,
  type ServiceName,
  type Topic,
} from '@openswipe/contracts';
import { TransientFault } from '@openswipe/kernel';
import kafkajs, {
  type Admin,
  type ISocketFactory,
  type ITopicConfig,
  type Kafka as KafkaJs,
  type Message,
} from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging/logger.js';
import { watchedSocket } from './watched-socket.js';

const REQUEST_TIMEOUT_MS = 10_000;
const TOPICS_DEADLINE_MS = 20_000;

// kafkajs is CommonJS: under native ESM its names come from the default export.
const { Kafka, logLevel, Partitioners } = kafkajs;

export interface KafkaSettings {
  readonly brokers: string;
  readonly topicPrefix: string;
  readonly clientId: string;
}

export interface Headers {
  readonly [name: string]: string;
}

/** A record as our code sees it: the topic's own type, not bytes. */
export interface OutgoingRecord {
  /** Name without prefix, from `TOPICS`. */
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Headers;
}

/** Our one door to Kafka; the client library stays behind it (DESIGN §7). */
export class KafkaBroker {
  readonly client: KafkaJs;

  constructor(
    readonly settings: KafkaSettings,
    logger: Logger,
  ) {
    this.client = new Kafka({
      clientId: settings.clientId,
      brokers: settings.brokers.split(','),
      connectionTimeout: 3_000,
      requestTimeout: REQUEST_TIMEOUT_MS,
      enforceRequestTimeout: true,
      socketFactory: watchedSocket as ISocketFactory,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
      // kafkajs reports every retriable broker answer as an error: only its non-retriable ones deserve our error level.
      logLevel: logLevel.WARN,
      logCreator: () => (entry) =>
        logger.debug({ kafka: entry.log.message, error: entry.log['error'] }, 'kafka client'),
    });
  }

  physicalName = (topic: string): string => `${this.settings.topicPrefix}${topic}`;

  /**
   * Creates the topics that `service` produces or consumes, and its dead-letter topics, and waits until each partition
   * has a leader. Safe to run at every start, by all services at once. Throws `TransientFault` past its deadline.
   */
  async ensureTopics(service: ServiceName): Promise<void> {
    const admin = this.client.admin();
    await admin.connect();
    try {
      const wanted = (Object.values(TOPICS) as Topic<unknown>[]).flatMap((topic) => topicsOf(topic, service));
      const existing = new Set(await admin.listTopics());
      const missing = wanted.filter(({ name }) => !existing.has(this.physicalName(name)));
      // Its own wait for leaders does not know that a topic of a moment ago may not be hosted yet.
      await admin.createTopics({ waitForLeaders: false, topics: missing.map((topic) => this.#creation(topic)) });
      const topics = wanted.map(({ name }) => this.physicalName(name));
      await inTime('Kafka hosts the topics', () => isLed(admin, topics));
    } finally {
      await admin.disconnect();
    }
  }

  /**
   * Where each partition begins and ends. Throws `TransientFault` past its deadline.
   * @param topics names with prefix
   */
  async endOffsets(topics: readonly string[]): Promise<readonly PartitionEnd[]> {
    const admin = this.client.admin();
    await admin.connect();
    try {
      return await inTime('Kafka tells the ends of the topics', async () => {
        const ends = topics.map(async (topic) =>
          (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => ({
            topic,
            partition,
            oldest: BigInt(low),
            offset: BigInt(high),
          })),
        );
        return (await Promise.all(ends)).flat();
      });
    } finally {
      await admin.disconnect();
    }
  }

  #creation({ name, partitionCount, retentionMs }: WantedTopic): ITopicConfig {
    return {
      topic: this.physicalName(name),
      numPartitions: partitionCount,
      configEntries: [
        { name: 'retention.ms', value: String(retentionMs) },
        { name: 'segment.ms', value: String(segmentMsOf(retentionMs)) },
      ],
    };
  }
}

export interface PartitionEnd {
  /** With prefix. */
  readonly topic: string;
  readonly partition: number;
  /** Of the oldest record that is kept. */
  readonly oldest: bigint;
  /** Of the record that comes next. */
  readonly offset: bigint;
}

interface WantedTopic {
  readonly name: string;
  readonly partitionCount: number;
  readonly retentionMs: number;
}

/** Another service may have created a topic a moment ago: the broker lists it before it hosts it. */
async function isLed(admin: Admin, topics: string[]): Promise<true | undefined> {
  const { topics: found } = await admin.fetchTopicMetadata({ topics });
  const led = found.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
  return led || undefined;
}

/** Tries again until there is an answer: a new leader refuses for a moment, and kafkajs takes that for its answer. */
async function inTime<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + TOPICS_DEADLINE_MS; ; await delay(100)) {
    const answer = await ask().catch((error: unknown) => {
      if (Date.now() > end) throw new TransientFault(`Not in time: ${what}`, { cause: error });
      return undefined;
    });
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new TransientFault(`Not in time: ${what}`);
  }
}

function topicsOf(topic: Topic<unknown>, service: ServiceName): readonly WantedTopic[] {
  const uses = topic.producer === service || topic.consumers.includes(service) || topic.broadcastTo.includes(service);
  const own = uses ? [{ name: topic.name, partitionCount: topic.partitionCount, retentionMs: topic.retentionMs }] : [];
  if (!topic.consumers.includes(service)) return own;
  const retentionMs = deadLetterRetentionMsOf(topic);
  return [...own, { name: deadLetterTopicOf(topic.name, service), partitionCount: 1, retentionMs }];
}

export const defaultPartitioner = Partitioners.DefaultPartitioner;

export const toKafkaMessage = ({ key, value, headers }: OutgoingRecord): Message => ({
  key,
  value,
  headers: { ...headers },
});
