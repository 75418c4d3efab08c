import { expect, it } from '@jest/globals';
import { EntryPosted, TOPICS } from '@openswipe/contracts';
import { ConsumerLag, Consumers, KafkaBroker, Publisher, createLogger, registry, toRecord } from '../src/index.js';
import { eventually, testConfig } from './stack.js';

const logger = createLogger('test', 'silent');

it('tells how far a group is behind that has read nothing, and that it is not once it has', async () => {
  const { KAFKA_BROKERS: brokers, TOPIC_PREFIX: topicPrefix } = await testConfig('lag');
  const broker = new KafkaBroker({ brokers, topicPrefix, clientId: 'test' }, logger);
  await broker.ensureTopics('transactions');
  const publisher = new Publisher(broker);
  const context = { correlationId: 'ord_1', causationId: 'test', occurredAt: new Date(0) };
  const records = ['ord_1', 'ord_2', 'ord_3'].map((key) =>
    toRecord(TOPICS.entryPosted, key, EntryPosted.create(), context),
  );
  await publisher.publish(records);

  const lag = new ConsumerLag(broker, 'transactions', [TOPICS.entryPosted.name], logger);
  const measured = async () => {
    await lag.measure();
    const text = await registry.getSingleMetricAsString('openswipe_kafka_consumer_lag_records');
    return Number(/} (\d+)$/m.exec(text)?.[1]);
  };
  // A first try on new topics may be half refused and is repeated whole.
  expect(await measured()).toBeGreaterThanOrEqual(3);

  const consumers = new Consumers(broker, publisher, 'transactions', logger);
  consumers.on(TOPICS.entryPosted, async () => undefined);
  await consumers.start();
  await eventually('the group to have read all', async () => (await measured()) === 0);
  await Promise.all([consumers.stop(), lag.stop(), publisher.disconnect()]);
});
