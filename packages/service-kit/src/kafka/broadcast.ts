import type { Topic } from '@openswipe/contracts';
import type { EachMessagePayload } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { describeError } from '../faults.js';
import type { Logger } from '../logging/logger.js';
import { toHeaders, type Received } from './consumers.js';
import type { KafkaBroker } from './kafka.js';
import { SupervisedConsumer } from './supervised-consumer.js';

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
  readonly #consumer: SupervisedConsumer;

  constructor(
    private readonly broker: KafkaBroker,
    private readonly logger: Logger,
  ) {
    this.#consumer = new SupervisedConsumer(broker, logger);
  }

  on<T>(topic: Topic<T>, listener: (record: Received<T>) => void): void {
    this.#listening.push({ topic: topic as Topic<unknown>, listener: listener as Listening['listener'] });
  }

  /** Resolves once the group is joined. */
  async start(): Promise<void> {
    if (this.#listening.length === 0) return;
    await this.#consumer.start({
      groupId: this.broker.physicalName(`broadcast-${randomUUID()}`),
      topics: this.#listening.map(({ topic }) => this.broker.physicalName(topic.name)),
      fromBeginning: false,
      run: () => ({ eachMessage: async (payload) => this.#tell(payload) }),
    });
  }

  stop(): Promise<void> {
    return this.#consumer.stop();
  }

  #tell({ topic: physical, partition, message }: EachMessagePayload): void {
    const found = this.#listening.find(({ topic }) => this.broker.physicalName(topic.name) === physical);
    if (!found) return;
    const { topic, listener } = found;
    try {
      listener({
        value: topic.codec.decode(message.value ?? Buffer.alloc(0)),
        key: message.key?.toString() ?? '',
        topic: topic.name,
        partition,
        offset: BigInt(message.offset),
        headers: toHeaders(message),
      });
    } catch (error) {
      // A hint that cannot be read is no loss: the list is the truth, and the owner's group buries the record.
      this.logger.warn({ topic: topic.name, error: describeError(error) }, 'broadcast record skipped');
    }
  }
}
