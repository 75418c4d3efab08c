import { expect, it } from '@jest/globals';
import type { Consumer } from 'kafkajs';
import { createLogger } from '../logging/logger.js';
import type { KafkaBroker } from './kafka.js';
import { SupervisedConsumer } from './supervised-consumer.js';

/** Refuses to join the first time, as a broker does that still loads its groups; a real one cannot be told to. */
class FakeReluctantBroker {
  tries = 0;
  readonly client = { consumer: (): Consumer => this.#consumer() as unknown as Consumer };

  #consumer() {
    const listeners = new Map<string, (event: object) => void>();
    const [nothing, refused] = [async () => undefined, (this.tries += 1) === 1];
    const run = async (): Promise<void> => {
      if (refused) listeners.get('crash')?.({ payload: { error: new Error('the coordinator is loading') } });
      else listeners.get('join')?.({});
    };
    const on = (event: string, listener: (event: object) => void): void => void listeners.set(event, listener);
    return {
      events: { CRASH: 'crash', GROUP_JOIN: 'join' },
      on,
      run,
      connect: nothing,
      subscribe: nothing,
      disconnect: nothing,
    };
  }
}

const CONSUMPTION = { groupId: 'risk', topics: ['a'], fromBeginning: true, run: () => ({}) };

it('is started once it has joined, even where the first try to join was refused', async () => {
  const broker = new FakeReluctantBroker();
  const consumer = new SupervisedConsumer(broker as unknown as KafkaBroker, createLogger('risk', 'silent'));
  await consumer.start(CONSUMPTION);
  expect(broker.tries).toBe(2);
  await consumer.stop();
});

it('does not wait for a group that it is told to leave', async () => {
  const consumer = new SupervisedConsumer(
    new FakeReluctantBroker() as unknown as KafkaBroker,
    createLogger('risk', 'silent'),
  );
  const started = consumer.start(CONSUMPTION);
  await consumer.stop();
  await expect(started).resolves.toBeUndefined();
});
