import { fastify } from 'fastify';
import kafkajs from 'kafkajs';
import { serve } from './serve.mjs';

const { Kafka, Partitioners, logLevel } = kafkajs;
const { KAFKA_BROKERS = '', TOPIC = '', HTTP_LISTEN = '' } = process.env;

// The client and its settings are those of packages/service-kit.
const producer = new Kafka({ brokers: KAFKA_BROKERS.split(','), logLevel: logLevel.NOTHING }).producer({
  createPartitioner: Partitioners.DefaultPartitioner,
  allowAutoTopicCreation: false,
  maxInFlightRequests: 1,
});
await producer.connect();

const transactionId = `txn_${'0'.repeat(32)}`;
/** As many bytes as the gateway's own record has. */
const value = Buffer.alloc(Number(process.env['RECORD_BYTES'] ?? 780), 7);
const headers = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`header-name-${i}`, 'x'.repeat(36)]));

const app = fastify();
app.post('/route', async (_, reply) => reply.status(202).send({ transactionId }));
app.post('/produce', async (request, reply) => {
  const { orderId } = /** @type {{ orderId: string }} */ (request.body);
  await producer.send({ topic: TOPIC, acks: -1, messages: [{ key: orderId, value, headers }] });
  return reply.status(202).send({ transactionId });
});
const [host, port] = HTTP_LISTEN.split(':');
await app.listen({ host: host ?? '', port: Number(port) });

serve({});
