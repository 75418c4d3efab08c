import type { Topic } from '@openswipe/contracts';
import type { Consumer, EachMessagePayload } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { describeError } from '../faults.js';
import type { Logger } from '../logging/logger.js';
import { toHeaders, type Received } from './consumers.js';
import type { KafkaBroker } from './kafka.js';
import { SupervisedConsumer } from './supervised-consumer.js';

interface Listening {
  readonly topic: Topic<unknown>;
  readonly listener: (record: Received<unknown>) => void;
  readonly from: 'now' | 'oldest';
}

interface Position {
  /** With prefix. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/**
 * Every replica reads the whole topic, in a group of its own, committing nothing: from now on, for pushing hints to
 * connected people, who find what it misses from the lists (DESIGN §3, step 3); or from the oldest record that is kept.
 */
export class Broadcast {
  readonly #listening: Listening[] = [];
  /** Of the next record to hear in each partition. */
  readonly #positions = new Map<string, Position>();
  readonly #consumer: SupervisedConsumer;

  constructor(
    private readonly broker: KafkaBroker,
    private readonly logger: Logger,
  ) {
    this.#consumer = new SupervisedConsumer(broker, logger);
  }

  on<T>(topic: Topic<T>, listener: (record: Received<T>) => void, from: Listening['from'] = 'now'): void {
    this.#listening.push({ topic: topic as Topic<unknown>, listener: listener as Listening['listener'], from });
  }

  /** Once it resolves, nothing that is published from then on is missed, also where the consumer has to start again. */
  async start(): Promise<void> {
    if (this.#listening.length === 0) return;
    const topics = this.#listening.map(({ topic }) => this.broker.physicalName(topic.name));
    // kafkajs would look for the end only after it has joined: what comes in between would be behind its back.
    for (const { oldest, ...end } of await this.broker.endOffsets(topics)) {
      const position = this.#find(end.topic)?.from === 'oldest' ? { ...end, offset: oldest } : end;
      this.#positions.set(partitionKey(end), position);
    }
    await this.#consumer.start({
      groupId: this.broker.physicalName(`broadcast-${randomUUID()}`),
      topics,
      fromBeginning: false,
      run: (consumer) => {
        consumer.on(consumer.events.GROUP_JOIN, () => this.#takePositions(consumer));
        return { eachMessage: async (payload) => this.#tell(payload) };
      },
    });
  }

  stop(): Promise<void> {
    return this.#consumer.stop();
  }

  #takePositions(consumer: Consumer): void {
    for (const { topic, partition, offset } of this.#positions.values())
      consumer.seek({ topic, partition, offset: String(offset) });
  }

  #find(physical: string): Listening | undefined {
    return this.#listening.find(({ topic }) => this.broker.physicalName(topic.name) === physical);
  }

  #tell({ topic: physical, partition, message }: EachMessagePayload): void {
    const offset = BigInt(message.offset);
    const next = { topic: physical, partition, offset: offset + 1n };
    this.#positions.set(partitionKey(next), next);
    const found = this.#find(physical);
    if (!found) return;
    const { topic, listener } = found;
    try {
      listener({
        value: topic.codec.decode(message.value ?? Buffer.alloc(0)),
        key: message.key?.toString() ?? '',
        topic: topic.name,
        partition,
        offset,
        headers: toHeaders(message),
      });
    } catch (error) {
      // A hint that cannot be read is no loss: the list is the truth, and the owner's group buries the record.
      this.logger.warn({ topic: topic.name, error: describeError(error) }, 'broadcast record skipped');
    }
  }
}

const partitionKey = ({ topic, partition }: Position): string => `${topic}/${partition}`;
