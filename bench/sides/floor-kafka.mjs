import kafkajs from 'kafkajs';

const { Kafka, Partitioners, logLevel } = kafkajs;

// Client and settings are those of packages/service-kit.
const kafka = new Kafka({
  brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
  logLevel: logLevel.NOTHING,
  retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
});
const PARTITIONS = 12;
/** @type {Record<string, number>} */
const bytes = JSON.parse(process.env['RECORD_BYTES'] ?? '{}');
const HEADERS = Object.fromEntries(
  ['event-id', 'event-type', 'correlation-id', 'causation-id', 'occurred-at', 'producer'].map((name) => [
    name,
    'x'.repeat(30),
  ]),
);
const HEADER_BYTES = JSON.stringify(HEADERS).length;

/** @param {string} name */
const topicOf = (name) => `floor-${name}`;

/** @param {readonly string[]} names */
export const ensureTopics = async (names) => {
  const admin = kafka.admin();
  await admin.connect();
  const topics = names.map((name) => ({ topic: topicOf(name), numPartitions: PARTITIONS }));
  // Stages start side by side: who comes second finds the topic made, perhaps not led yet.
  await admin.createTopics({ topics, waitForLeaders: false }).catch(() => undefined);
  for (let isLed = false; !isLed;) {
    const found = await admin.fetchTopicMetadata({ topics: names.map(topicOf) }).catch(() => undefined);
    isLed = found?.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0)) ?? false;
  }
  await admin.disconnect();
};

export const openProducer = async () => {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  /** @param {readonly string[]} topics @param {readonly string[]} keys */
  return (topics, keys) =>
    producer.sendBatch({
      acks: -1,
      topicMessages: topics.map((topic) => ({
        topic: topicOf(topic),
        messages: keys.map((key) => ({
          key,
          value: Buffer.alloc(Math.max(1, (bytes[topic] ?? 600) - HEADER_BYTES), 7),
          headers: HEADERS,
        })),
      })),
    });
};

/**
 * @param {string} groupId @param {readonly string[]} topics @param {boolean} fromBeginning
 * @param {(topic: string, keys: readonly string[]) => Promise<void>} onBatch
 */
export const consume = async (groupId, topics, fromBeginning, onBatch) => {
  const consumer = kafka.consumer({
    groupId: topicOf(groupId),
    ...{ sessionTimeout: 10_000, heartbeatInterval: 2_000, maxWaitTimeInMs: 250, maxBytesPerPartition: 262_144 },
  });
  await consumer.connect();
  await consumer.subscribe({ topics: topics.map(topicOf), fromBeginning });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: 4,
    eachBatch: async ({ batch, resolveOffset }) => {
      const last = batch.messages.at(-1);
      if (!last) return;
      await onBatch(
        batch.topic.slice(topicOf('').length),
        batch.messages.map(({ key }) => String(key)),
      );
      resolveOffset(last.offset);
      const offset = (BigInt(last.offset) + 1n).toString();
      await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }]);
    },
  });
  await joined;
};
