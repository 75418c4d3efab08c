import type { Topic } from '@openswipe/contracts';
import type { Consumer } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { describeError } from '../faults.js';
import type { Logger } from '../logging/logger.js';
import { toHeaders, type Received } from './consumers.js';
import type { KafkaBroker } from './kafka.js';

const RESTART_DELAY_MS = 1_000;

interface Listening {
  readonly topic: Topic<unknown>;
  readonly listener: (record: Received<unknown>) => void;
}

/**
 * Every replica reads the whole topic from now on, in a group of its own, committing nothing: for pushing hints to
 * connected people. What it misses while away is found again from the lists (DESIGN §3, step 3).
 */
export class Broadcast {
  readonly #listening: Listening[] = [];
  #consumer: Consumer | undefined;
  #stopping = false;

  constructor(
    private readonly broker: KafkaBroker,
    private readonly logger: Logger,
  ) {}

  on<T>(topic: Topic<T>, listener: (record: Received<T>) => void): void {
    this.#listening.push({ topic: topic as Topic<unknown>, listener: listener as Listening['listener'] });
  }

  /** Resolves once the group is joined. */
  async start(): Promise<void> {
    if (this.#listening.length === 0 || this.#stopping) return;
    const consumer = this.broker.client.consumer({
      groupId: this.broker.physicalName(`broadcast-${randomUUID()}`),
      sessionTimeout: 10_000,
      heartbeatInterval: 2_000,
      maxWaitTimeInMs: 250,
      retry: { restartOnFailure: async () => false },
    });
    this.#consumer = consumer;
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#restart(consumer, payload.error));
    const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
    await consumer.connect();
    await consumer.subscribe({ topics: this.#listening.map(({ topic }) => this.broker.physicalName(topic.name)) });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic: physical, partition, message }) => {
        const found = this.#listening.find(({ topic }) => this.broker.physicalName(topic.name) === physical);
        if (!found) return;
        try {
          found.listener({
            value: found.topic.codec.decode(message.value ?? Buffer.alloc(0)),
            key: message.key?.toString() ?? '',
            topic: found.topic.name,
            partition,
            offset: BigInt(message.offset),
            headers: toHeaders(message),
          });
        } catch (error) {
          // A hint that cannot be read is no loss: the list is the truth, and the owner's group buries the record.
          this.logger.warn({ topic: found.topic.name, error: describeError(error) }, 'broadcast record skipped');
        }
      },
    });
    await joined;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#consumer?.disconnect();
  }

  #restart(consumer: Consumer, error: Error): void {
    if (this.#stopping) return;
    this.logger.warn({ error: describeError(error) }, 'broadcast consumer stopped; it starts again');
    setTimeout(() => {
      void consumer
        .disconnect()
        .catch(() => undefined)
        .then(() => this.start())
        .catch((again: unknown) => this.#restart(consumer, again as Error));
    }, RESTART_DELAY_MS).unref();
  }
}
