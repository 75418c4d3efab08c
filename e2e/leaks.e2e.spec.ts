import { describe, expect, it } from '@jest/globals';
import { TEST_CARDS, testCard, testTrack2 } from '@openswipe/card/test-cards';
import kafkajs from 'kafkajs';
import { MongoClient } from 'mongodb';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Platform, eventually } from './platform.js';

/** Every form in which somebody may have let a value slip. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const packed = Buffer.from(value.length % 2 === 0 ? value : `${value}f`, 'hex');
  return [
    value,
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    [...value].reverse().join(''),
  ].concat(packed.length > 4 ? [packed.toString('latin1')] : []);
}

const CANARIES = TEST_CARDS.flatMap((card) => [card.pan, testTrack2(card).slice(1, -1).slice(card.pan.length)])
  .filter((value) => value.length >= 12)
  .flatMap(formsOf);

const leaksIn = (text: string): string[] => CANARIES.filter((canary) => text.includes(canary));

/** Bytes as one-to-one text, so that a canary is found wherever it stands. */
const textOf = (bytes: Buffer): string => bytes.toString('latin1');

describe('card data after a full run', () => {
  const platform = new Platform();

  it('is found by this scanner where somebody planted it', () => {
    const { pan } = testCard('visa-no-pin');
    for (const planted of [pan, `x${Buffer.from(pan).toString('hex')}y`, textOf(Buffer.from(pan, 'hex'))]) {
      expect(leaksIn(`before ${planted} after`)).not.toEqual([]);
    }
  });

  it('is in no log, mail, topic, dead letter or database', async () => {
    const person = await platform.register('canary');
    const terminal = await platform.terminal(person);
    for (const card of ['unionpay-pin', 'visa-no-pin', 'insufficient-funds']) {
      const { id } = await platform.order(person);
      await terminal.pay(id, { card });
    }
    const found = [...leaksInFiles(), ...(await leaksInTopics()), ...(await leaksInDatabases())];
    expect(found).toEqual([]);
  }, 120_000);

  function leaksInFiles(): string[] {
    const files = ['logs', 'mails', 'shop'].flatMap((folder) => filesBelow(join(platform.running.dataDir, folder)));
    expect(files.length).toBeGreaterThan(6);
    return files.filter((file) => leaksIn(textOf(readFileSync(file))).length > 0);
  }

  async function leaksInTopics(): Promise<string[]> {
    const { kafkaBrokers, prefix } = platform.running;
    const client = new kafkajs.Kafka({ brokers: kafkaBrokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
    const admin = client.admin();
    await admin.connect();
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    let left = 0;
    for (const topic of topics) {
      for (const { high, low } of await admin.fetchTopicOffsets(topic)) left += Number(high) - Number(low);
    }
    await admin.disconnect();
    const found: string[] = [];
    let read = 0;
    const consumer = client.consumer({ groupId: `leak-scan-${Date.now()}`, maxWaitTimeInMs: 200 });
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ topic, message }) => {
        read += 1;
        const whole = [message.key, message.value, ...Object.values(message.headers ?? {})].map(String).join('\n');
        if (leaksIn(whole).length > 0 || leaksIn(textOf(message.value ?? Buffer.alloc(0))).length > 0)
          found.push(topic);
      },
    });
    await eventually('every record read', async () => (read >= left ? true : undefined), 60_000);
    await consumer.disconnect();
    expect(read).toBeGreaterThan(10);
    return found;
  }

  async function leaksInDatabases(): Promise<string[]> {
    const client = await new MongoClient(platform.running.mongoUrl).connect();
    const found: string[] = [];
    let documents = 0;
    for (const { name } of (await client.db().admin().listDatabases()).databases) {
      for (const { name: collection } of await client.db(name).listCollections({}, { nameOnly: true }).toArray()) {
        for await (const raw of client.db(name).collection(collection).find({}, { raw: true })) {
          documents += 1;
          if (leaksIn(textOf(raw as unknown as Buffer)).length > 0) found.push(`${name}.${collection}`);
        }
      }
    }
    await client.close();
    expect(documents).toBeGreaterThan(10);
    return found;
  }
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
