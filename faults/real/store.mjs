import { endWithTheSocket } from '@openswipe/service-kit';
import { MongoClient } from 'mongodb';
import kafkajs from 'kafkajs';
import { SERVICES } from '../../tools/stack/services.mjs';
import { until } from './until.mjs';

/**
 * @typedef {object} Stored one record of a topic
 * @property {string} topic
 * @property {number} partition
 * @property {bigint} offset
 * @property {Buffer | null} key
 * @property {Buffer | null} value
 * @property {Record<string, string>} headers
 * @property {import('kafkajs').IHeaders} rawHeaders
 */

const READ_LIMIT_MS = 60_000;

/** The independent reader: databases and topics as they are, by the plain drivers and never through a service. */
export class Store {
  /** @param {string} mongoUrl @param {string} brokers */
  constructor(mongoUrl, brokers) {
    // The database is killed under this client too.
    endWithTheSocket();
    // Amounts come as Long: a JavaScript number would round the large ones.
    this.client = new MongoClient(mongoUrl, {
      serverSelectionTimeoutMS: 2_000,
      connectTimeoutMS: 2_000,
      socketTimeoutMS: 10_000,
      promoteLongs: false,
    });
    this.kafka = new kafkajs.Kafka({
      clientId: 'faults',
      brokers: [brokers],
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 8 },
    });
  }

  async close() {
    await this.client.close().catch(() => undefined);
  }

  /** @param {string} service */
  database(service) {
    return this.client.db(`openswipe_${service}`);
  }

  get stores() {
    return SERVICES.filter((service) => service !== 'gateway');
  }

  /** @param {string} service @param {string} collection @returns {Promise<import('mongodb').Document[]>} */
  rows(service, collection, filter = {}, projection = {}) {
    return this.database(service).collection(collection).find(filter, { projection }).toArray();
  }

  /** @template T @param {(admin: import('kafkajs').Admin) => Promise<T>} work @returns {Promise<T>} */
  async admin(work) {
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      return await work(admin);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  /** Names of the platform's topics, dead letters included. @returns {Promise<string[]>} */
  topics() {
    return this.admin(async (admin) => (await admin.listTopics()).filter((name) => !name.startsWith('__')).sort());
  }

  /**
   * Every record of these topics from the first to the end that the broker names now.
   * @param {string[]} topics @returns {Promise<Stored[]>}
   */
  async records(topics) {
    /** @type {Map<string, bigint>} */
    const left = await this.admin(async (admin) => {
      const ends = new Map();
      for (const topic of topics) {
        for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
          if (BigInt(high) > BigInt(low)) ends.set(`${topic}/${partition}`, BigInt(high));
        }
      }
      return ends;
    });
    /** @type {Stored[]} */
    const found = [];
    if (left.size === 0) return found;
    const consumer = this.kafka.consumer({
      groupId: `faults-${process.pid}-${Date.now()}-${Math.random().toString(36).slice(2)}`,
      maxWaitTimeInMs: 200,
      maxBytesPerPartition: 4_194_304,
    });
    await consumer.connect();
    try {
      await consumer.subscribe({ topics, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ topic, partition, message }) => {
          const place = `${topic}/${partition}`;
          const offset = BigInt(message.offset);
          found.push({ topic, partition, offset, ...plain(message) });
          if (offset + 1n >= (left.get(place) ?? 0n)) left.delete(place);
        },
      });
      await until('every record read', async () => (left.size === 0 ? true : undefined), READ_LIMIT_MS);
    } finally {
      await consumer.disconnect().catch(() => undefined);
    }
    return found;
  }
}

/** @param {import('kafkajs').KafkaMessage} message */
const plain = ({ key, value, headers = {} }) => ({
  key,
  value,
  rawHeaders: headers,
  headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text ?? '')])),
});
