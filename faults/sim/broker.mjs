import { createHash } from 'node:crypto';
import { never } from './world.mjs';
import { owner } from './virtual-clock.mjs';
import { Group } from './consumer-group.mjs';

const PARTITIONS = 12;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * @typedef {{ key: Buffer, value: Buffer, headers: Record<string, string>, offset: string, timestamp: string }}
 *   Message
 */

/** As the client library names what may work later. */
export class BrokerFault extends Error {
  /** @override */
  name = 'KafkaJSRequestTimeoutError';
}

/** Partitions in memory, and the groups that read them. */
export class Broker {
  /** @type {Map<string, Message[][]>} */
  topics = new Map();
  /** @type {Map<string, Group>} */
  groups = new Map();

  /** @param {import('./world.mjs').World} world */
  constructor(world) {
    this.world = world;
  }

  /** @param {string} topic @returns {Message[][]} */
  partitions(topic) {
    const count = topic.endsWith('.dlt') ? 1 : PARTITIONS;
    const known = this.topics.get(topic) ?? Array.from({ length: count }, () => []);
    this.topics.set(topic, known);
    return known;
  }

  /** @param {string} id */
  group(id) {
    const known = this.groups.get(id) ?? new Group(this, id);
    this.groups.set(id, known);
    return known;
  }

  /** @param {string} topic @param {{ key: string, value: Buffer, headers: Record<string, string> }} record */
  append(topic, { key, value, headers }) {
    const partitions = this.partitions(topic);
    const at = createHash('md5').update(key).digest().readUInt32BE(0) % partitions.length;
    const log = /** @type {Message[]} */ (partitions[at]);
    const { nowMs } = this.world.clock;
    log.push({ key: Buffer.from(key), value, headers, offset: String(log.length), timestamp: String(nowMs) });
    this.world.note('append', `${topic}/${at}/${log.length - 1} ${key} ${headers['event-id'] ?? ''}`);
    for (const group of this.groups.values()) group.wake(topic);
  }

  /** What a client library in the hands of one process looks like. */
  client() {
    return {
      producer: () => ({
        connect: async () => undefined,
        disconnect: async () => undefined,
        sendBatch: (/** @type {any} */ batch) => this.#send(batch),
      }),
      consumer: ({ groupId = '' }) => this.group(groupId).newMember(),
      admin: () => ({ connect: () => never(), disconnect: async () => undefined }),
    };
  }

  /** @param {{ topicMessages: { topic: string, messages: any[] }[] }} batch */
  async #send({ topicMessages }) {
    const { world } = this;
    const process = owner.getStore();
    if (process?.isDead) return never();
    const service = process?.service ?? 'world';
    const topics = topicMessages.map(({ topic }) => topic).join(',');
    await world.seam('before-push', topics);
    const isRefused = world.plan.strikes(world, 'produceRefused', service);
    const isLost = !isRefused && world.plan.strikes(world, 'produceAnswerLost', service);
    if (isRefused) return this.#fail('produce refused', topics);
    await this.#arrive(service, topicMessages);
    if (isLost) return this.#fail('produce answer lost', topics);
    await world.seam('after-produce', topics);
    return [];
  }

  /** @param {string} what @param {string} topics @returns {Promise<never>} */
  async #fail(what, topics) {
    this.world.noteFault(what, topics);
    await this.world.clock.sleep(this.world.random.whole(10, REQUEST_TIMEOUT_MS));
    throw new BrokerFault('no answer of the broker');
  }

  /** @param {string} service @param {{ topic: string, messages: any[] }[]} topicMessages @returns {Promise<void>} */
  #arrive(service, topicMessages) {
    const { clock, random } = this.world;
    const process = owner.getStore();
    return new Promise((resolve) => {
      const work = () => {
        for (const { topic, messages } of topicMessages) {
          for (const message of messages) this.#appendOften(service, topic, message);
        }
        clock.schedule(random.whole(0, 1), resolve, process);
      };
      clock.schedule(random.whole(0, 3), work, null);
    });
  }

  /** @param {string} service @param {string} topic @param {any} message */
  #appendOften(service, topic, message) {
    const { world } = this;
    this.append(topic, message);
    if (topic.endsWith('.dlt')) return;
    if (world.plan.strikes(world, 'duplicates', service)) {
      world.noteFault('duplicates', topic);
      for (let copies = world.random.whole(1, 4); copies > 0; copies -= 1) this.append(topic, message);
    }
    if (world.plan.strikes(world, 'lateCopies', service)) {
      const delayMs = world.random.whole(1_000, 30_000);
      world.clock.schedule(delayMs, () => (world.noteFault('late copy', topic), this.append(topic, message)), null);
    }
  }

  /** Nothing is left to read. */
  get isDrained() {
    return [...this.groups.values()].every((group) => group.isDrained);
  }
}
