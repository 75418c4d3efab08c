import { TOPICS, deadLetterTopicOf, type Topic } from '@openswipe/contracts';
import type { KafkaBroker } from '@openswipe/service-kit';
import { randomUUID } from 'node:crypto';

export interface TappedRecord {
  /** Without prefix. */
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Record<string, string>;
}

/** Reads every topic of the service from the beginning, as raw records. */
export class TopicTap {
  readonly records: TappedRecord[] = [];
  readonly #consumer;

  constructor(private readonly broker: KafkaBroker) {
    this.#consumer = broker.client.consumer({
      groupId: broker.physicalName(`tap-${randomUUID()}`),
      maxWaitTimeInMs: 100,
    });
  }

  async start(): Promise<void> {
    const topics = [
      TOPICS.transactionSubmitted,
      TOPICS.transactionVerified,
      TOPICS.transactionConcluded,
      TOPICS.transactionAssessed,
      TOPICS.entryPosted,
    ].map(({ name }) => name);
    const deadLetters = deadLetterTopicOf(TOPICS.transactionSubmitted.name, 'transactions');
    await this.#consumer.connect();
    await this.#consumer.subscribe({
      topics: [...topics, deadLetters].map(this.broker.physicalName),
      fromBeginning: true,
    });
    await this.#consumer.run({
      eachMessage: async ({ topic, message }) => {
        this.records.push({
          topic: topic.slice(this.broker.physicalName('').length),
          key: message.key?.toString() ?? '',
          value: message.value ?? Buffer.alloc(0),
          headers: Object.fromEntries(
            Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
          ),
        });
      },
    });
  }

  stop(): Promise<void> {
    return this.#consumer.disconnect();
  }

  of<T>(topic: Topic<T>): readonly T[] {
    return this.records.filter((record) => record.topic === topic.name).map(({ value }) => topic.codec.decode(value));
  }
}

/** The end of a topic: how many records it ever had. */
export async function recordCount(broker: KafkaBroker, topic: Topic<unknown>): Promise<number> {
  return withAdmin(broker, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(broker.physicalName(topic.name));
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  });
}

/** Waits until the service has committed all that its topics hold. */
export async function caughtUp(broker: KafkaBroker): Promise<void> {
  const topics = [TOPICS.transactionSubmitted, TOPICS.transactionAssessed, TOPICS.entryPosted];
  await withAdmin(broker, async (admin) => {
    for (const topic of topics.map(({ name }) => broker.physicalName(name))) {
      await eventually(async () => {
        const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, high]));
        const [group] = await admin.fetchOffsets({ groupId: broker.physicalName('transactions'), topics: [topic] });
        const done = group?.partitions.filter(({ partition, offset }) => offset === ends.get(partition)) ?? [];
        const empty = [...ends.values()].filter((high) => high === '0').length;
        return done.length + empty >= ends.size || undefined;
      }, `${topic} consumed to its end`);
    }
  });
}

async function withAdmin<T>(
  broker: KafkaBroker,
  work: (admin: ReturnType<KafkaBroker['client']['admin']>) => Promise<T>,
) {
  const admin = broker.client.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

const DEADLINE_MS = 15_000;
const PAUSE_MS = 25;

/** Waits for a condition, not for a time. */
export async function eventually<T>(probe: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  for (const end = Date.now() + DEADLINE_MS; Date.now() < end;) {
    const found = await probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`did not happen in time: ${what}`);
}
