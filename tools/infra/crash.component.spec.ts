import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import mongoose from 'mongoose';
import { startDatabase } from './database.mjs';
import { ensureJars, startInfra } from './index.mjs';
import { startKafka } from './kafka.mjs';
import { claimPort } from './ports.mjs';

const ROUNDS = 3;
const WRITERS = 8;
const ACKNOWLEDGED_BEFORE_THE_KILL = 600;

/** These tests start processes of their own, whatever the environment offers. */
const given = { KAFKA_BROKERS: process.env['KAFKA_BROKERS'], MONGO_URL: process.env['MONGO_URL'] };
let dataDir: string;

beforeAll(async () => {
  delete process.env['KAFKA_BROKERS'];
  delete process.env['MONGO_URL'];
  dataDir = mkdtempSync(join(tmpdir(), 'openswipe-crash-'));
  await ensureJars();
}, 300_000);

afterAll(() => {
  for (const [name, value] of Object.entries(given)) if (value) process.env[name] = value;
  rmSync(dataDir, { recursive: true, force: true });
});

const connect = (url: string) =>
  mongoose.createConnection(url, { dbName: 'crash', serverSelectionTimeoutMS: 2000, maxPoolSize: WRITERS }).asPromise();

/** What a client was told: which inserts are done, and how far each writer's counter is. */
interface Told {
  inserted: Set<string>;
  counters: Map<string, number>;
  acknowledged: number;
}

interface Counter {
  _id: string;
  n: number;
}

/** Inserts and counts until the connection breaks, noting only what was acknowledged. */
const write = async (connection: mongoose.Connection, round: number, writer: number, told: Told) => {
  const inserts = connection.collection<{ _id: string; round: number }>('inserts');
  const counters = connection.collection<Counter>('counters');
  const name = `writer-${writer}`;
  for (let i = 0; ; i++) {
    const _id = `${round}-${writer}-${i}`;
    try {
      await inserts.insertOne({ _id, round });
      told.inserted.add(_id);
      const counted = await counters.findOneAndUpdate(
        { _id: name },
        { $inc: { n: 1 } },
        { upsert: true, returnDocument: 'after' },
      );
      told.counters.set(name, counted?.n ?? 0);
      told.acknowledged += 2;
    } catch {
      return;
    }
  }
};

const until = async (holds: () => boolean) => {
  const deadline = Date.now() + 120_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('the condition did not come to hold within 120 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const expectNothingLost = async (url: string, told: Told) => {
  const connection = await connect(url);
  const found = new Set(
    (await connection.collection<{ _id: string }>('inserts').find().toArray()).map(({ _id }) => _id),
  );
  expect([...told.inserted].filter((id) => !found.has(id))).toEqual([]);
  for (const { _id, n } of await connection.collection<Counter>('counters').find().toArray()) {
    const last = told.counters.get(_id) ?? 0;
    expect(n).toBeGreaterThanOrEqual(last);
    expect(n).toBeLessThanOrEqual(last + 1);
    told.counters.set(_id, n);
  }
  expect(await connection.collection('counters').countDocuments()).toBe(WRITERS);
  await connection.close();
};

describe('the embedded database', () => {
  it('loses no acknowledged write when it is killed under concurrent writers, round after round', async () => {
    const told: Told = { inserted: new Set(), counters: new Map(), acknowledged: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const database = await startDatabase({ dataDir });
      if (round > 0) await expectNothingLost(database.url, told);
      const connection = await connect(database.url);
      const target = told.acknowledged + ACKNOWLEDGED_BEFORE_THE_KILL;
      const writers = Array.from({ length: WRITERS }, (_, writer) => write(connection, round, writer, told));
      await until(() => told.acknowledged >= target);
      await database.kill();
      await Promise.all(writers);
      await connection.close(true);
    }
    const database = await startDatabase({ dataDir });
    await expectNothingLost(database.url, told);
    await database.stop();
  }, 240_000);

  it('lets many clients create the same collection and write to it at once', async () => {
    const database = await startDatabase({ dataDir });
    const connections = await Promise.all(Array.from({ length: WRITERS }, () => connect(database.url)));
    await Promise.all(connections.map((one, i) => one.collection<Counter>('shared').insertOne({ _id: `${i}`, n: i })));
    await expect(connections[0]?.collection('shared').countDocuments()).resolves.toBe(WRITERS);
    await Promise.all(connections.map((one) => one.close()));
    await database.stop();
  }, 120_000);
});

const client = (brokers: string) =>
  new Kafka({
    brokers: [brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 30, initialRetryTime: 50, maxRetryTime: 1000 },
  });

/** Sends with acks=all until the broker is gone; notes the messages that were acknowledged. */
const produceUntilKilled = async (brokers: string, sent: string[], kill: () => Promise<void>) => {
  const producer = client(brokers).producer({ retry: { retries: 0 } });
  await producer.connect();
  let killed: Promise<void> | undefined;
  for (let i = 0; ; i++) {
    const value = `message-${i}`;
    try {
      await producer.send({ topic: 'crash', acks: -1, messages: [{ value }] });
      sent.push(value);
    } catch {
      if (killed) break; // Before that, a busy broker may refuse one: it is not acknowledged, so not noted.
    }
    if (sent.length >= 300) killed ??= kill();
  }
  await killed;
  await producer.disconnect().catch(() => undefined);
};

/** Reads every partition to the end that the broker names, so that a loss shows as a loss and not as a wait. */
const readAll = async (brokers: string) => {
  const admin = client(brokers).admin();
  await admin.connect();
  const ends = new Map((await admin.fetchTopicOffsets('crash')).map((one) => [one.partition, Number(one.high)]));
  await admin.disconnect();
  const consumer = client(brokers).consumer({ groupId: 'after-the-crash', maxWaitTimeInMs: 200 });
  const values = new Set<string>();
  const left = new Set([...ends].filter(([, end]) => end > 0).map(([partition]) => partition));
  await consumer.connect();
  await consumer.subscribe({ topic: 'crash', fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      values.add(String(message.value));
      if (Number(message.offset) + 1 >= (ends.get(partition) ?? 0)) left.delete(partition);
    },
  });
  await until(() => left.size === 0);
  await consumer.disconnect();
  return values;
};

describe('Kafka', () => {
  it('has every message that was acknowledged by all, after it was killed and started again', async () => {
    const kafka = await startKafka({ dataDir });
    const admin = client(kafka.brokers).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'crash', numPartitions: 3 }], waitForLeaders: true });
    await admin.disconnect();
    const sent: string[] = [];
    await produceUntilKilled(kafka.brokers, sent, kafka.kill);
    const again = await startKafka({ dataDir });
    const found = await readAll(again.brokers);
    expect(sent.filter((value) => !found.has(value))).toEqual([]);
    await again.stop();
  }, 240_000);
});

describe('one data directory', () => {
  it('serves one instance, and says so to the second', async () => {
    const infra = await startInfra({ dataDir });
    const cli = join(import.meta.dirname, 'cli.mjs');
    const env = { ...process.env, KAFKA_BROKERS: '', MONGO_URL: '' };
    const second = spawn(process.execPath, [cli, 'start', '--data', dataDir], { env });
    const said: string[] = [];
    createInterface({ input: second.stderr }).on('line', (line) => said.push(line));
    const [code] = await once(second, 'close');
    expect(said).toEqual([`The data directory ${dataDir} is in use by process ${process.pid}.`]);
    expect(code).toBe(1);
    await infra.stop();
  }, 240_000);

  it('is free again, and its processes gone, soon after the one that held it is killed', async () => {
    const cli = join(import.meta.dirname, 'cli.mjs');
    const env = { ...process.env, KAFKA_BROKERS: '', MONGO_URL: '' };
    const first = spawn(process.execPath, [cli, 'start', '--data', dataDir], { env });
    await once(createInterface({ input: first.stdout }), 'line');
    first.kill('SIGKILL');
    await once(first, 'exit');
    const infra = await startInfra({ dataDir });
    expect(infra.processes).toHaveLength(2);
    await infra.stop();
  }, 240_000);

  it('is given back when a port is taken, which is said in a sentence', async () => {
    const server = createServer();
    const port = await claimPort('this test', 0);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    await expect(startInfra({ dataDir, kafkaPort: port })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
    server.close();
    await once(server, 'close');
    const infra = await startInfra({ dataDir, kafkaPort: port });
    expect(infra.kafkaBrokers).toBe(`127.0.0.1:${port}`);
    await infra.stop();
  }, 240_000);
});
