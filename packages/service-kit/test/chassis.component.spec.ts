import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Inject, Module } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  EntryPosted,
  LedgerClient,
  LedgerService,
  OrderChanged,
  type ListEntriesRequest,
  type ListEntriesResponse,
  TOPICS,
  deadLetterTopicOf,
} from '@openswipe/contracts';
import { DomainError, TransientFault } from '@openswipe/kernel';
import type { Connection } from 'mongoose';
import {
  Broadcast,
  Consumers,
  KafkaBroker,
  LOGGER,
  MONGO,
  type OutboxEntry,
  OutboxRelay,
  Publisher,
  type Received,
  RemoteService,
  type RunningService,
  ServiceKitModule,
  createLogger,
  ensureCollection,
  fromInt64,
  startService,
  toInt64,
  toOutboxEntry,
  toRecord,
} from '../src/index.js';
import { eventually, freePort, testConfig } from './stack.js';

interface Thing {
  _id: string;
  amount?: ReturnType<typeof toInt64>;
  outbox: readonly OutboxEntry[];
}

const seen: Received<EntryPosted>[] = [];
/** How many partitions each call of the handler had records of. */
const partitionsAtOnce: number[] = [];
const heard: string[] = [];
let faultsLeft = 0;

@Controller()
class LedgerGrpcController {
  @GrpcMethod('Ledger', 'listEntries')
  listEntries({ orderId }: ListEntriesRequest): ListEntriesResponse {
    if (orderId === 'refuse')
      throw new DomainError('LEDGER.TEST_REFUSAL', 'no', { kind: 'conflict', facts: { why: 'x' } });
    if (orderId === 'break') throw new Error('secret detail');
    return {
      entries: [
        {
          id: orderId,
          reason: 'settle',
          transactionId: '',
          orderId,
          postings: [{ debit: 'a', credit: 'b', amount: { amountMinor: 9_007_199_254_740_993n, currency: 'CNY' } }],
          postedAt: new Date(0),
        },
      ],
    };
  }
}

@Module({ controllers: [LedgerGrpcController] })
class TestModule {
  constructor(@Inject(Consumers) consumers: Consumers, @Inject(Broadcast) broadcast: Broadcast) {
    // The service runs as `transactions`, so it may consume entry-posted.
    consumers.on(TOPICS.entryPosted, async (batch) => {
      if (faultsLeft > 0) {
        faultsLeft -= 1;
        throw new TransientFault('world is away');
      }
      partitionsAtOnce.push(new Set(batch.map(({ partition }) => partition)).size);
      if (batch.some(({ value }) => value.entry?.id === 'poison')) throw new Error('cannot handle this one');
      seen.push(...batch);
    });
    broadcast.on(TOPICS.orderChanged, ({ key }) => heard.push(key));
  }
}

describe('the service chassis on the real broker and database', () => {
  let service: RunningService;
  let remote: RemoteService<InstanceType<typeof LedgerClient>>;
  let httpAddress: string;
  let metricsAddress: string;

  beforeAll(async () => {
    metricsAddress = `127.0.0.1:${await freePort()}`;
    const config = { ...(await testConfig('kit')), METRICS_LISTEN: metricsAddress };
    httpAddress = config.HTTP_LISTEN;
    const broker = new KafkaBroker(
      { brokers: config.KAFKA_BROKERS, topicPrefix: config.TOPIC_PREFIX, clientId: 'test' },
      createLogger('test', 'error'),
    );
    await broker.ensureTopics('orders');
    const module = { module: TestModule, imports: [ServiceKitModule.forRoot('transactions', config)] };
    service = await startService({
      name: 'transactions',
      config,
      module,
      grpc: ['openswipe.ledger.v1.Ledger', LedgerService],
    });
    remote = new RemoteService(LedgerClient, config.GRPC_LISTEN);
  });

  afterAll(async () => {
    remote?.close();
    await service?.stop();
  });

  const entry = (id: string) =>
    toRecord(TOPICS.entryPosted, 'ord_1', EntryPosted.fromPartial({ entry: { id, orderId: 'ord_1' } }), {
      correlationId: 'ord_1',
      causationId: 'test',
      occurredAt: new Date(),
    });

  it('answers gRPC calls with int64 above 2^53 intact', async () => {
    const { entries } = await remote.call.listEntries({ orderId: 'e1' });
    expect(entries[0]?.postings[0]?.amount?.amountMinor).toBe(9_007_199_254_740_993n);
    expect(entries[0]?.postedAt).toEqual(new Date(0));
  });

  it('carries a refusal whole to the caller', async () => {
    const refusal = await remote.call.listEntries({ orderId: 'refuse' }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DomainError);
    expect(refusal).toMatchObject({ code: 'LEDGER.TEST_REFUSAL', kind: 'conflict', facts: { why: 'x' } });
  });

  it('tells the caller nothing of an inner fault but that it may try again', async () => {
    const fault = (await remote.call.listEntries({ orderId: 'break' }).catch((error: unknown) => error)) as Error;
    expect(fault).toBeInstanceOf(TransientFault);
    expect(fault.message).not.toContain('secret');
  });

  it('gives up on a peer that is not there within the deadline', async () => {
    const nobody = new RemoteService(LedgerClient, '127.0.0.1:1');
    await expect(nobody.call.listEntries({ orderId: 'x' }, { deadlineMs: 300 })).rejects.toBeInstanceOf(TransientFault);
    nobody.close();
  });

  it('delivers records in order, through a fault of the world, and buries only the poison', async () => {
    faultsLeft = 2;
    const publisher = service.app.get(Publisher);
    await publisher.publish([
      entry('one'),
      entry('poison'),
      { ...entry('bytes'), value: Buffer.from([0xff, 0xff]) },
      entry('two'),
    ]);
    await eventually('both good records', () => seen.length >= 2);
    expect(seen.map(({ value }) => value.entry?.id)).toEqual(['one', 'two']);
    expect(faultsLeft).toBe(0);
    const buried = await readAll(
      service.app.get(KafkaBroker),
      deadLetterTopicOf(TOPICS.entryPosted.name, 'transactions'),
      2,
    );
    expect(buried.map(({ reason }) => reason).join(' ')).toMatch(/cannot handle this one/);
  });

  it('handles together what comes of several partitions; a poison stops none of them, and is the only one buried', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `many-${at}`);
    const spread = (id: string) => ({ ...entry(id), key: `ord_${id}` });
    partitionsAtOnce.length = 0;
    await service.app.get(Publisher).publish([...ids.map(spread), { ...entry('poison'), key: 'ord_many-7' }]);
    const got = () => seen.map(({ value }) => value.entry?.id ?? '').filter((id) => id.startsWith('many-'));
    await eventually('all good records', () => new Set(got()).size === ids.length);
    expect(Math.max(...partitionsAtOnce)).toBeGreaterThan(1);
    // What had no fault was handled once: nothing is done again for a neighbour's fault.
    expect(got().toSorted()).toEqual(ids.toSorted());
    const topic = deadLetterTopicOf(TOPICS.entryPosted.name, 'transactions');
    const buried = await readAll(service.app.get(KafkaBroker), topic, 3);
    expect(buried.filter(({ reason }) => /cannot handle this one/.test(reason))).toHaveLength(2);
  });

  it('publishes what a document carries in its outbox, and what a crash left there, also one with a clock ahead', async () => {
    const connection = service.app.get<Connection>(MONGO);
    const relay = service.app.get(OutboxRelay);
    const collection = await ensureCollection<Thing>(connection, 'things', [{ key: { 'outbox.at': 1 }, sparse: true }]);
    relay.watch(collection);
    const old = toOutboxEntry(entry('swept'), new Date(Date.now() - 60_000));
    const ahead = toOutboxEntry(entry('ahead'), new Date(Date.now() + 86_400_000));
    const young = toOutboxEntry(entry('direct'), new Date());
    await collection.insertMany([
      { _id: 'a', amount: toInt64(2n ** 60n), outbox: [old] },
      { _id: 'b', outbox: [young] },
      { _id: 'c', outbox: [ahead] },
    ]);
    await relay.relay(collection, [{ _id: 'b', outbox: [young] }]);
    expect(await relay.sweep()).toBeGreaterThanOrEqual(0);
    await eventually('all events consumed', () => {
      const ids = seen.map(({ value }) => value.entry?.id);
      return ['direct', 'swept', 'ahead'].every((id) => ids.includes(id));
    });
    const left = await eventually('empty outboxes', async () => {
      const all = await collection.find({}).toArray();
      return all.every(({ outbox }) => outbox.length === 0) ? all : undefined;
    });
    expect(fromInt64(left[0]?.amount ?? 0)).toBe(2n ** 60n);
  });

  it('lets every replica hear a broadcast topic', async () => {
    const record = toRecord(TOPICS.orderChanged, 'ord_heard', OrderChanged.create({}), {
      correlationId: 'ord_heard',
      causationId: 'test',
      occurredAt: new Date(),
    });
    await service.app.get(Publisher).publish([record]);
    await eventually('the broadcast', () => heard.includes('ord_heard'));
  });

  it('says over HTTP that it is alive and ready', async () => {
    const answers = await Promise.all(['live', 'ready'].map((path) => fetch(`http://${httpAddress}/health/${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(service.app.get(LOGGER)).toBeDefined();
  });

  it('measures what it does, on a port of its own, and names nobody', async () => {
    await remote.call.listEntries({ orderId: 'ord_measured' });
    await fetch(`http://${httpAddress}/health/live?order=ord_measured`);
    const scrape = async () => (await fetch(`http://${metricsAddress}/metrics`)).text();
    const text = await eventually('the request', async () => {
      const scraped = await scrape();
      return scraped.includes('route="/health/live"') && scraped;
    });
    expect(text).toMatch(/openswipe_grpc_call_duration_seconds_count\{method="listEntries",outcome="ok"\} [1-9]/);
    expect(text).toMatch(/openswipe_grpc_call_duration_seconds_count\{method="listEntries",outcome="refused"\} 1/);
    expect(text).toMatch(/openswipe_kafka_records_consumed_total\{topic="ledger.entry-posted.v1"\} [1-9]/);
    expect(text).toMatch(/openswipe_kafka_dead_letters_total\{topic="ledger.entry-posted.v1"\} [1-9]/);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain('ord_');
    expect((await fetch(`http://${httpAddress}/metrics`)).status).toBe(404);
  });
});

async function readAll(broker: KafkaBroker, topic: string, count: number): Promise<{ reason: string }[]> {
  const consumer = broker.client.consumer({ groupId: `read-${Date.now()}`, maxWaitTimeInMs: 100 });
  const found: { reason: string }[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [broker.physicalName(topic)], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => void found.push({ reason: String(message.headers?.['dead-letter-reason']) }),
  });
  await eventually(`${count} dead letters`, () => found.length >= count);
  await consumer.disconnect();
  return found;
}
