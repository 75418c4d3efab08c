import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OrderChanged, TOPICS } from '@openswipe/contracts';
import { Broadcast, KafkaBroker, Publisher, createLogger, toRecord } from '../src/index.js';
import { eventually, testConfig } from './stack.js';

const logger = createLogger('test', 'silent');
let broker: KafkaBroker;
let publisher: Publisher;

beforeAll(async () => {
  const { KAFKA_BROKERS: brokers, TOPIC_PREFIX: topicPrefix } = await testConfig('broadcast');
  broker = new KafkaBroker({ brokers, topicPrefix, clientId: 'test' }, logger);
  await broker.ensureTopics('orders');
  publisher = new Publisher(broker);
});

afterAll(() => publisher.disconnect());

const publish = (orderId: string): Promise<void> =>
  publisher.publish([
    toRecord(TOPICS.orderChanged, orderId, OrderChanged.create({}), {
      correlationId: orderId,
      causationId: 'test',
      occurredAt: new Date(0),
    }),
  ]);

async function startListening(from?: 'oldest'): Promise<{ heard: string[]; broadcast: Broadcast }> {
  const heard: string[] = [];
  const broadcast = new Broadcast(broker, logger);
  broadcast.on(TOPICS.orderChanged, ({ key }) => heard.push(key), from);
  await broadcast.start();
  return { heard, broadcast };
}

it('hears what is published right after its start, and nothing from before', async () => {
  for (let round = 0; round < 10; round++) {
    await publish(`before-${round}`);
    const { heard, broadcast } = await startListening();
    const after = Array.from({ length: 12 }, (_, i) => `after-${round}-${i}`);
    await Promise.all(after.map(publish));
    await eventually('all that came after the start', () => heard.length >= after.length);
    expect([...heard].sort()).toEqual([...after].sort());
    await broadcast.stop();
  }
});

it('hears all that is kept where it asks for the oldest, and goes on from there', async () => {
  await Promise.all(['kept-1', 'kept-2', 'kept-3'].map(publish));
  const { heard, broadcast } = await startListening('oldest');
  await publish('new-1');
  const expected = ['kept-1', 'kept-2', 'kept-3', 'new-1'];
  await eventually('the kept ones and the new one', () => expected.every((key) => heard.includes(key)));
  expect(heard.filter((key) => expected.includes(key)).sort()).toEqual(expected);
  await broadcast.stop();
});

it('publishes more at once than a broker takes in one request, in its order', async () => {
  const heard: string[] = [];
  const broadcast = new Broadcast(broker, logger);
  broadcast.on(TOPICS.orderChanged, ({ value }) => heard.push(value.order?.id ?? ''));
  await broadcast.start();
  const ids = Array.from({ length: 8 }, (_, number) => `ord_${number}`);
  const context = { correlationId: 'large', causationId: 'test', occurredAt: new Date(0) };
  const large = (id: string) => OrderChanged.fromPartial({ order: { id, terms: '条'.repeat(100_000) } });
  await publisher.publish(ids.map((id) => toRecord(TOPICS.orderChanged, 'large', large(id), context)));
  await eventually('all of them', () => heard.length >= ids.length);
  expect(heard).toEqual(ids);
  await broadcast.stop();
});

it('publishes what comes meanwhile together, and fails for no more than what the broker refuses', async () => {
  const heard: string[] = [];
  const broadcast = new Broadcast(broker, logger);
  broadcast.on(TOPICS.orderChanged, ({ key }) => heard.push(key));
  await broadcast.start();
  const context = { correlationId: 'joined', causationId: 'test', occurredAt: new Date(0) };
  const tooLarge = OrderChanged.fromPartial({ order: { id: 'ord_0', terms: 'x'.repeat(2_000_000) } });
  const keys = Array.from({ length: 50 }, (_, number) => `joined-${number}`);
  const all = await Promise.allSettled([
    publish('first'),
    ...keys.slice(0, 25).map(publish),
    publisher.publish([toRecord(TOPICS.orderChanged, 'too-large', tooLarge, context)]),
    ...keys.slice(25).map(publish),
  ]);
  expect(all.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 26 }, () => 'fulfilled'),
    'rejected',
    ...Array.from({ length: 25 }, () => 'fulfilled'),
  ]);
  // Those that went with the large one may come twice.
  await eventually('all but the large one', () => new Set(heard).size >= 51);
  expect([...new Set(heard)].sort()).toEqual(['first', ...keys].sort());
  await broadcast.stop();
});
