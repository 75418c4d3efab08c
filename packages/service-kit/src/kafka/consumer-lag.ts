import type { Admin } from 'kafkajs';
import { Loop } from '../loop/loop.js';
import type { Logger } from '../logging/logger.js';
import { consumerLag } from '../metrics/instruments.js';
import type { KafkaBroker } from './kafka.js';

const INTERVAL_MS = 15_000;

/**
 * How far a group is behind, asked of the broker: a consumer that stands still would not tell it. Every replica
 * measures the whole group.
 */
export class ConsumerLag {
  readonly #loop: Loop;
  #admin: Admin | undefined;

  /** @param topics names without prefix */
  constructor(
    private readonly broker: KafkaBroker,
    private readonly group: string,
    private readonly topics: readonly string[],
    logger: Logger,
  ) {
    this.#loop = new Loop('consumer lag', INTERVAL_MS, () => this.measure(), logger);
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#admin?.disconnect();
  }

  async measure(): Promise<void> {
    const admin = await this.#connected();
    const { physicalName } = this.broker;
    const topics = this.topics.map(physicalName);
    const committed = await admin.fetchOffsets({ groupId: physicalName(this.group), topics });
    for (const topic of this.topics) {
      const partitions = committed.find((one) => one.topic === physicalName(topic))?.partitions ?? [];
      const ends = await admin.fetchTopicOffsets(physicalName(topic));
      const lag = ends.reduce((sum, { partition, high, low }) => {
        const offset = Number(partitions.find((one) => one.partition === partition)?.offset ?? -1);
        return sum + Number(high) - (offset < 0 ? Number(low) : offset);
      }, 0);
      consumerLag.set({ topic }, lag);
    }
  }

  async #connected(): Promise<Admin> {
    if (this.#admin) return this.#admin;
    const admin = this.broker.client.admin();
    await admin.connect();
    return (this.#admin = admin);
  }
}
