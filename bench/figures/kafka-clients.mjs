import kafkajs from 'kafkajs';
import { ensureJars } from '../../tools/infra/index.mjs';
import { startKafka } from '../../tools/infra/kafka.mjs';
import { withFolder } from '../infra.mjs';
import { compare, median, single } from '../pairs.mjs';
import { startProgram } from '../processes.mjs';

const TOPIC = 'bench-clients';
const PARTITIONS = 12;
const SIZE = 50;

/** @param {string} brokers */
const createTopic = async (brokers) => {
  const admin = new kafkajs.Kafka({ brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS }], waitForLeaders: true });
  await admin.disconnect();
};

/** @param {() => Promise<number>} take @param {number} times */
const several = async (take, times) => {
  const taken = [];
  for (let i = 0; i < times; i++) taken.push(await take());
  return median(taken);
};

/** @type {import('./figure.mjs').Figure & { isExtra: true }} */
export const kafkaClients = {
  id: 'KAFKA',
  isExtra: true,
  title: '@platformatic/kafka ÷ kafkajs',
  method:
    'Each client in a process of its own on one broker, with the settings of packages/service-kit: acks=all, records of ' +
    '800 bytes and six headers, batches of 50. Consuming includes the join of a fresh group. For docs/decisions/0003.',
  run: (context) =>
    withFolder(async (dataDir) => {
      await ensureJars();
      let kafka = await startKafka({ dataDir });
      await createTopic(kafka.brokers);
      const env = { KAFKA_BROKERS: kafka.brokers, TOPIC };
      const ours = await startProgram('kafka-clients', { ...env, CLIENT: 'platformatic' });
      const peer = await startProgram('kafka-clients', { ...env, CLIENT: 'kafkajs' });
      try {
        const count = context.isQuick ? 5_000 : 50_000;
        const { blocks } = context;
        const both = (/** @type {string} */ method, /** @type {object} */ argument) => ({
          ours: () => ours.call(method, argument),
          peer: () => peer.call(method, argument),
        });
        const rows = [
          await compare({
            name: 'produce',
            unit: 'records/s',
            goal: null,
            blocks,
            ...both('produce', { count, size: SIZE }),
          }),
          await compare({ name: 'consume', unit: 'records/s', goal: null, blocks, ...both('consume', { count }) }),
          await compare({ name: 'single send', unit: 'ms p50', goal: null, blocks, ...both('single', { count: 500 }) }),
        ];
        const programs = /** @type {const} */ ([
          ['@platformatic/kafka', ours],
          ['kafkajs', peer],
        ]);
        for (const [name, program] of programs) {
          const value = await several(
            () => program.call('rebalance', { partitions: PARTITIONS }),
            context.isQuick ? 1 : 3,
          );
          rows.push(single({ name: `rebalance, second member: ${name}`, unit: 'ms', goal: null, value }));
        }
        await kafka.kill();
        kafka = await startKafka({ dataDir, port: Number(kafka.brokers.split(':')[1]) });
        for (const [name, program] of programs) {
          const value = await program.call('reconnect');
          rows.push(single({ name: `first send after the broker is back: ${name}`, unit: 'ms', goal: null, value }));
        }
        return rows;
      } finally {
        await Promise.all([ours.stop(), peer.stop()]);
        await kafka.stop();
      }
    }),
};
