import type { Consumer, ConsumerConfig, ConsumerRunConfig } from 'kafkajs';
import { describeError } from '../faults.js';
import type { Logger } from '../logging/logger.js';
import type { KafkaBroker } from './kafka.js';

const RESTART_DELAY_MS = 1_000;

const SETTINGS = {
  // The least that a broker allows by default: so long do the partitions of a killed replica stand still.
  sessionTimeout: 6_000,
  rebalanceTimeout: 15_000,
  heartbeatInterval: 1_500,
  maxWaitTimeInMs: 250,
  // Small fetches: a batch is done well inside the session timeout (tulios/kafkajs#1720).
  maxBytesPerPartition: 262_144,
  // We start it again ourselves: kafkajs gives up silently on errors that it deems non-retriable (tulios/kafkajs#659).
  retry: { restartOnFailure: async () => false },
} satisfies Omit<ConsumerConfig, 'groupId'>;

export interface Consumption {
  readonly groupId: string;
  /** Names with prefix. */
  readonly topics: readonly string[];
  readonly fromBeginning: boolean;
  readonly run: (consumer: Consumer) => ConsumerRunConfig;
}

/** A kafkajs consumer that comes back after whatever stops it, until it is told to stop. */
export class SupervisedConsumer {
  /** Of whichever try gets in first: the broker may refuse the first one while it starts itself. */
  readonly #joined = Promise.withResolvers<void>();
  #consumer: Consumer | undefined;
  #stopping = false;

  constructor(
    private readonly broker: KafkaBroker,
    private readonly logger: Logger,
  ) {}

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Resolves once the group is joined: from then on nothing published is missed. */
  async start(consumption: Consumption): Promise<void> {
    await this.#run(consumption);
    await this.#joined.promise;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#joined.resolve();
    await this.#consumer?.disconnect();
  }

  async #run(consumption: Consumption): Promise<void> {
    if (this.#stopping) return;
    const { groupId, topics, fromBeginning, run } = consumption;
    const consumer = this.broker.client.consumer({ ...SETTINGS, groupId });
    this.#consumer = consumer;
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#startAgain(consumer, consumption, payload.error));
    consumer.on(consumer.events.GROUP_JOIN, () => this.#joined.resolve());
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning });
    await consumer.run({ autoCommit: false, ...run(consumer) });
  }

  #startAgain(failed: Consumer, consumption: Consumption, error: unknown): void {
    if (this.#stopping) return;
    this.logger.warn({ group: consumption.groupId, error: describeError(error) }, 'consumer stopped; it starts again');
    setTimeout(() => {
      void failed
        .disconnect()
        .catch(() => undefined)
        .then(() => this.#run(consumption))
        .catch((again: unknown) => this.#startAgain(failed, consumption, again));
    }, RESTART_DELAY_MS).unref();
  }
}
