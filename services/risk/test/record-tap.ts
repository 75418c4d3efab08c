import { TOPICS, TransactionAssessed, deadLetterTopicOf } from '@openswipe/contracts';
import type { KafkaBroker } from '@openswipe/service-kit';
import { randomUUID } from 'node:crypto';

export interface TappedRecord {
  /** Without prefix. */
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export const DEAD_LETTERS = deadLetterTopicOf(TOPICS.transactionVerified.name, 'risk');

/** Reads every topic of the service from the beginning, as raw records. */
export class RecordTap {
  readonly records: TappedRecord[] = [];

  private constructor(private readonly consumer: ReturnType<KafkaBroker['client']['consumer']>) {}

  static async open(broker: KafkaBroker): Promise<RecordTap> {
    const groupId = broker.physicalName(`tap-${randomUUID()}`);
    const tap = new RecordTap(broker.client.consumer({ groupId, maxWaitTimeInMs: 100 }));
    const topics = [TOPICS.transactionVerified.name, TOPICS.transactionAssessed.name, DEAD_LETTERS];
    await tap.consumer.connect();
    await tap.consumer.subscribe({ topics: topics.map(broker.physicalName), fromBeginning: true });
    await tap.consumer.run({
      eachMessage: async ({ topic, message }) => {
        tap.records.push({
          topic: topic.slice(broker.physicalName('').length),
          key: String(message.key),
          value: message.value ?? Buffer.alloc(0),
          headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([k, v]) => [k, String(v)])),
        });
      },
    });
    return tap;
  }

  close(): Promise<void> {
    return this.consumer.disconnect();
  }

  /** What was published of a transaction, once there are at least `atLeast`. */
  assessed(transactionId: string, atLeast: number): Promise<readonly TransactionAssessed[]> {
    return eventually(() => {
      const found = this.assessedSoFar(transactionId);
      return found.length >= atLeast ? found : undefined;
    }, `${atLeast} assessments of ${transactionId}`);
  }

  assessedSoFar(transactionId: string): readonly TransactionAssessed[] {
    return this.records
      .filter(({ topic }) => topic === TOPICS.transactionAssessed.name)
      .map(({ value }) => TransactionAssessed.decode(value))
      .filter((each) => each.transactionId === transactionId);
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
