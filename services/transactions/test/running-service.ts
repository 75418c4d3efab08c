import type { Bytes } from '@openswipe/card';
import { wrapKeyBlock } from '@openswipe/card/host';
import { TOPICS, TransactionsClient, type TransactionSubmitted } from '@openswipe/contracts';
import { Sensitive } from '@openswipe/kernel';
import {
  connectMongo,
  createLogger,
  KafkaBroker,
  loadConfig,
  Publisher,
  RemoteService,
  startService,
  toRecord,
  type OutgoingRecord,
  type RunningService,
} from '@openswipe/service-kit';
import type { Connection } from 'mongoose';
import { randomBytes } from 'node:crypto';
import { transactionsConfig } from '../src/config.js';
import { options } from '../src/transactions.module.js';
import { FakeNeighbours } from './fake-neighbours.js';
import { freePort } from './free-port.js';
import { TopicTap } from './topic-tap.js';

const BDK_ID = '4f534431';

/** The service on the real broker and database, its neighbours faked at the wire. */
export interface ServiceUnderTest {
  readonly service: RunningService;
  readonly neighbours: FakeNeighbours;
  readonly tap: TopicTap;
  readonly broker: KafkaBroker;
  readonly publisher: Publisher;
  readonly transactions: RemoteService<TransactionsClient>;
  readonly mongo: Connection;
  /** Of the two BDKs of readers only the TDES one is there. */
  readonly keys: Readonly<Record<'zone-card-data' | 'vault' | 'reader-bdk', Bytes>>;
  stop(): Promise<void>;
}

const key = (length: number): Bytes => new Uint8Array(randomBytes(length));

function keyBlocks(masterKey: Bytes) {
  const keys = {
    'data-bdk': key(16),
    'reader-bdk': key(16),
    vault: key(32),
    'vault-index': key(32),
    'zone-card-data': key(32),
  };
  const blocks = Object.entries(keys).map(([id, clear]) => {
    const usage = id.endsWith('bdk') ? 'B0' : id === 'vault-index' ? 'M7' : 'D0';
    const algorithm = id === 'reader-bdk' ? 'T' : 'A';
    const attributes = { usage, algorithm, modeOfUse: 'N', keyVersion: '00', exportability: 'N' };
    return [id, wrapKeyBlock(new Sensitive(masterKey), attributes, new Sensitive(clear))];
  });
  return { keys, blocks: JSON.stringify(Object.fromEntries(blocks)) };
}

export async function startUnderTest(): Promise<ServiceUnderTest> {
  const { KAFKA_BROKERS, MONGO_URL } = process.env;
  if (!KAFKA_BROKERS || !MONGO_URL) throw new Error('component tests need KAFKA_BROKERS and MONGO_URL');
  const run = randomBytes(4).toString('hex');
  const [grpcPort, httpPort, neighbourPort] = [await freePort(), await freePort(), await freePort()];
  const masterKey = key(32);
  const { keys, blocks } = keyBlocks(masterKey);
  const config = loadConfig(transactionsConfig, {
    KAFKA_BROKERS,
    MONGO_URL,
    TOPIC_PREFIX: `t-${run}-`,
    MONGO_DATABASE: `t_transactions_${run}`,
    GRPC_LISTEN: `127.0.0.1:${grpcPort}`,
    HTTP_LISTEN: `127.0.0.1:${httpPort}`,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
    ORDERS_ADDRESS: `127.0.0.1:${neighbourPort}`,
    RISK_ADDRESS: `127.0.0.1:${neighbourPort}`,
    ACCOUNTS_ADDRESS: `127.0.0.1:${neighbourPort}`,
    MASTER_KEY: Buffer.from(masterKey).toString('hex'),
    KEY_BLOCKS: blocks,
    DATA_BDK_ID: BDK_ID,
    UNKNOWN_RETRY_SECONDS: '1',
    UNKNOWN_LIMIT_SECONDS: '2',
  });
  const neighbours = new FakeNeighbours();
  await neighbours.start(neighbourPort);
  const service = await startService(options(config));
  const settings = { brokers: KAFKA_BROKERS, topicPrefix: config.TOPIC_PREFIX, clientId: 'test' };
  const broker = new KafkaBroker(settings, createLogger('test', 'silent'));
  const publisher = new Publisher(broker);
  const tap = new TopicTap(broker);
  await tap.start();
  const mongo = await connectMongo(MONGO_URL, config.MONGO_DATABASE);
  const transactions = new RemoteService(TransactionsClient, config.GRPC_LISTEN);
  const stop = async () => {
    transactions.close();
    await Promise.all([service.stop(), tap.stop(), publisher.disconnect()]);
    neighbours.stop();
    await mongo.dropDatabase();
    await mongo.close();
  };
  return { service, neighbours, tap, broker, publisher, transactions, mongo, keys, stop };
}

export const submittedRecord = (submitted: TransactionSubmitted): OutgoingRecord =>
  toRecord(TOPICS.transactionSubmitted, submitted.orderId, submitted, {
    correlationId: submitted.orderId,
    causationId: submitted.transactionId,
    occurredAt: new Date(),
  });
