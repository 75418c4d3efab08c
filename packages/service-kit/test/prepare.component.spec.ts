import { expect, it } from '@jest/globals';
import { Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { TOPICS } from '@openswipe/contracts';
import kafkajs from 'kafkajs';
import { MongoClient } from 'mongodb';
import type { Connection } from 'mongoose';
import { MONGO, ServiceKitModule, ensureCollection, prepareService } from '../src/index.js';
import { testConfig } from './stack.js';

let hasRun = false;

@Injectable()
class Work implements OnApplicationBootstrap {
  onApplicationBootstrap(): void {
    hasRun = true;
  }
}

it('makes topics, collections and indexes, twice if it must, and runs nothing', async () => {
  const config = await testConfig('prepare');
  const things = {
    provide: 'THINGS',
    useFactory: (connection: Connection) =>
      ensureCollection(connection, 'things', [{ key: { name: 1 }, unique: true }]),
    inject: [MONGO],
  };
  @Module({ imports: [ServiceKitModule.forRoot('ledger', config)], providers: [things, Work] })
  class TestModule {}

  for (let time = 1; time <= 2; time++) await prepareService({ name: 'ledger', config, module: TestModule });

  const admin = new kafkajs.Kafka({ brokers: config.KAFKA_BROKERS.split(','), logLevel: 0 }).admin();
  await admin.connect();
  expect(await admin.listTopics()).toContain(`${config.TOPIC_PREFIX}${TOPICS.entryPosted.name}`);
  await admin.disconnect();
  const client = new MongoClient(config.MONGO_URL);
  const indexes = await client.db(config.MONGO_DATABASE).collection('things').indexes();
  await client.close();
  expect(indexes.map(({ key }) => key)).toContainEqual({ name: 1 });
  expect(hasRun).toBe(false);
});
