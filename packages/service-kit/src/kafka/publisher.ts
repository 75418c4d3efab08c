import type { Producer } from 'kafkajs';
import { TransientFault } from '@openswipe/kernel';
import { recordsPublished } from '../metrics/instruments.js';
import { type KafkaBroker, type OutgoingRecord, defaultPartitioner, toKafkaMessage } from './kafka.js';

const SEND_DEADLINE_MS = 10_000;

interface Waiting {
  readonly records: readonly OutgoingRecord[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const REFUSED = 'Kafka refused the records';
const isRefusal = (error: unknown): boolean => error instanceof TransientFault && error.message === REFUSED;

/** Publishes with acks=all; resolves only after the broker has the records. */
export class Publisher {
  readonly #producer: Producer;
  #connected: Promise<void> | undefined;
  readonly #waiting: Waiting[] = [];
  #isSending = false;

  constructor(private readonly broker: KafkaBroker) {
    this.#producer = broker.client.producer({
      createPartitioner: defaultPartitioner,
      allowAutoTopicCreation: false,
      // One request in flight: retries keep the order of one key. Effects downstream are idempotent by natural key,
      // so the experimental idempotent producer is not needed.
      maxInFlightRequests: 1,
    });
  }

  connect(): Promise<void> {
    this.#connected ??= this.#producer.connect().catch((error: unknown) => {
      this.#connected = undefined;
      throw new TransientFault('Kafka is not reachable', { cause: error });
    });
    return this.#connected;
  }

  /**
   * One request is on its way at a time; what is to be published meanwhile goes with the next one, together.
   * Throws `TransientFault` when the broker did not acknowledge in time; the records may or may not be there.
   */
  publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      if (!this.#isSending) void this.#sendWaiting();
    });
  }

  async #sendWaiting(): Promise<void> {
    this.#isSending = true;
    while (this.#waiting.length > 0) await this.#sendTogether(this.#waiting.splice(0));
    this.#isSending = false;
  }

  /** Never rejects: each caller hears of its own. */
  async #sendTogether(callers: readonly Waiting[]): Promise<void> {
    try {
      await this.connect();
      for (const some of inRequests(callers.flatMap(({ records }) => records))) await this.#send(some);
    } catch (error) {
      // What the broker refuses of one must not fail the others; a broker that is away is away for all of them.
      if (callers.length > 1 && isRefusal(error)) for (const caller of callers) await this.#sendTogether([caller]);
      else for (const { reject } of callers) reject(error as Error);
      return;
    }
    for (const { resolve } of callers) resolve();
  }

  async #send(records: readonly OutgoingRecord[]): Promise<void> {
    const topicMessages = [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, group]) => ({
      topic: this.broker.physicalName(topic),
      messages: group.map(toKafkaMessage),
    }));
    await withDeadline(this.#producer.sendBatch({ acks: -1, topicMessages }));
    for (const { topic } of records) recordsPublished.inc({ topic });
  }

  async disconnect(): Promise<void> {
    await this.#producer.disconnect();
  }
}

/**
 * What one request may carry: brokers refuse a batch of more than a megabyte for one partition, and would refuse the
 * same batch for ever; a sweep after an outage has that much soon. The order is kept.
 */
const REQUEST_BYTES_MAX = 512 * 1_024;
/** Key, headers and framing, roughly. */
const RECORD_BYTES = 1_024;

function inRequests(records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const requests: OutgoingRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const size = record.value.length + RECORD_BYTES;
    if (size > room) {
      requests.push([]);
      room = REQUEST_BYTES_MAX;
    }
    requests.at(-1)?.push(record);
    room -= size;
  }
  return requests;
}

// kafkajs has no deadline of its own for a send (tulios/kafkajs#534).
async function withDeadline(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TransientFault('Kafka did not acknowledge in time')), SEND_DEADLINE_MS);
  });
  try {
    await Promise.race([work, deadline]);
  } catch (error) {
    throw error instanceof TransientFault ? error : new TransientFault(REFUSED, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
