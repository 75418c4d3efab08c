import { Consumer as OtherConsumer, Producer as OtherProducer } from '@platformatic/kafka';
import kafkajs from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { timed } from '../load/in-batches.mjs';
import { percentile } from '../pairs.mjs';
import { serve } from './serve.mjs';

/**
 * @typedef {object} Client what packages/service-kit needs of a client library
 * @property {(keys: readonly string[]) => Promise<unknown>} send acks=all
 * @property {(onRecords: (count: number) => void, groupId: string) => Promise<Member>} join from the beginning
 */
/** @typedef {{ partitions: () => number, leave: () => Promise<unknown> }} Member */

const { KAFKA_BROKERS = '', TOPIC = '', CLIENT = '' } = process.env;
const VALUE = Buffer.alloc(800, 7);
const HEADERS = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`header-name-${i}`, 'x'.repeat(30)]));
const HEADERS_AS_BYTES = new Map(
  Object.entries(HEADERS).map(([name, value]) => [Buffer.from(name), Buffer.from(value)]),
);

/** @returns {Promise<Client>} */
const ofKafkajs = async () => {
  const { Kafka, Partitioners, logLevel } = kafkajs;
  const retry = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 };
  const kafka = new Kafka({
    brokers: [KAFKA_BROKERS],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry,
  });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, maxInFlightRequests: 1 });
  await producer.connect();
  return {
    send: (keys) =>
      producer.send({ topic: TOPIC, acks: -1, messages: keys.map((key) => ({ key, value: VALUE, headers: HEADERS })) }),
    join: async (onRecords, groupId) => {
      const timing = {
        sessionTimeout: 10_000,
        rebalanceTimeout: 15_000,
        heartbeatInterval: 2_000,
        maxWaitTimeInMs: 250,
      };
      const consumer = kafka.consumer({ groupId, ...timing, maxBytesPerPartition: 262_144 });
      let partitions = 0;
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        partitions = payload.memberAssignment[TOPIC]?.length ?? 0;
      });
      await consumer.connect();
      await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: async ({ batch }) => onRecords(batch.messages.length) });
      return { partitions: () => partitions, leave: () => consumer.disconnect() };
    },
  };
};

/** @returns {Promise<Client>} */
const ofPlatformatic = async () => {
  const base = {
    clientId: 'bench',
    bootstrapBrokers: [KAFKA_BROKERS],
    retries: 8,
    retryDelay: 100,
    connectTimeout: 3_000,
  };
  const producer = new OtherProducer({ ...base, acks: -1, autocreateTopics: false });
  return {
    send: (keys) =>
      producer.send({
        messages: keys.map((key) => ({ topic: TOPIC, key: Buffer.from(key), value: VALUE, headers: HEADERS_AS_BYTES })),
      }),
    join: async (onRecords, groupId) => {
      const consumer = new OtherConsumer({ ...base, groupId });
      const timing = { sessionTimeout: 10_000, rebalanceTimeout: 15_000, heartbeatInterval: 2_000 };
      const fetching = { maxWaitTime: 250, maxBytesPerPartition: 262_144, autocommit: false };
      const stream = await consumer.consume({ ...timing, ...fetching, topics: [TOPIC], mode: 'earliest' });
      stream.on('data', () => onRecords(1));
      stream.on('error', () => undefined);
      const partitions = () =>
        (consumer.assignments ?? []).filter(({ topic }) => topic === TOPIC).flatMap((one) => one.partitions).length;
      return { partitions, leave: () => consumer.close(true) };
    },
  };
};

const client = await (CLIENT === 'kafkajs' ? ofKafkajs() : ofPlatformatic());

const until = async (/** @type {() => boolean} */ holds) => {
  for (const end = Date.now() + 60_000; !holds(); await delay(5))
    if (Date.now() > end) throw new Error('a minute has gone by');
};

/** Until a record is taken again; keeps trying as our publisher and its callers would. */
const firstSend = async () => {
  for (const end = Date.now() + 60_000; ; await delay(50)) {
    const sent = await Promise.race([
      client.send(['again']).then(
        () => true,
        () => false,
      ),
      delay(10_000, false),
    ]);
    if (sent) return;
    if (Date.now() > end) throw new Error('no record was taken for a minute');
  }
};

serve({
  produce: ({ count, size }) =>
    timed(count, async () => {
      for (let sent = 0; sent < count; sent += size)
        await client.send(Array.from({ length: size }, (_, i) => `key-${sent + i}`));
    }),
  consume: ({ count }) => {
    let seen = 0;
    /** @type {Member | undefined} */
    let member;
    return timed(count, async () => {
      member = await client.join((more) => (seen += more), `bench-${randomUUID()}`);
      await until(() => seen >= count);
    }).finally(() => member?.leave());
  },
  single: async ({ count }) => {
    const delays = [];
    for (let i = 0; i < count; i++) {
      const started = performance.now();
      await client.send([`key-${i}`]);
      delays.push(performance.now() - started);
    }
    return { value: percentile(delays, 0.5), more: { 'p99 ms': percentile(delays, 0.99) } };
  },
  /** Milliseconds from the second member's start until both have their share. */
  rebalance: async ({ partitions }) => {
    const groupId = `bench-${randomUUID()}`;
    const first = await client.join(() => undefined, groupId);
    await until(() => first.partitions() === partitions);
    const started = performance.now();
    const second = await client.join(() => undefined, groupId);
    await until(() => first.partitions() + second.partitions() === partitions && second.partitions() > 0);
    const milliseconds = performance.now() - started;
    await Promise.all([first.leave(), second.leave()]);
    return milliseconds;
  },
  reconnect: async () => {
    const started = performance.now();
    await firstSend();
    return performance.now() - started;
  },
});
