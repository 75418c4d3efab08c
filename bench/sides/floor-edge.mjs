import { fastify } from 'fastify';
import { MongoClient } from 'mongodb';
import { randomUUID } from 'node:crypto';
import { consume, ensureTopics, openProducer } from './floor-kafka.mjs';
import { serve } from './serve.mjs';

const { MONGO_URL = '', HTTP_LISTEN = '' } = process.env;
const client = await new MongoClient(MONGO_URL, {
  writeConcern: { w: 'majority', journal: true },
  retryWrites: false,
}).connect();
const orders = client.db('floor_orders').collection(/** @type {string} */ ('created'));
await client.db('floor_orders').createCollection('created');
await ensureTopics(['submitted', 'changed', 'concluded']);
const send = await openProducer();

/** @type {Set<import('node:http').ServerResponse>} */
const listeners = new Set();
const app = fastify();
const accepted = { transactionId: `txn_${'0'.repeat(32)}` };
app.post('/transactions', async (request, reply) => {
  await send(['submitted'], [/** @type {{ orderId: string }} */ (request.body).orderId]);
  return reply.status(202).send(accepted);
});
app.post('/orders', async (request, reply) => {
  const { orderId } = /** @type {{ orderId: string }} */ (request.body);
  await orders.insertOne({ _id: /** @type {any} */ (orderId), content: Buffer.alloc(900, 7) });
  await send(['changed'], [orderId]);
  return reply.status(202).send(accepted);
});
app.get('/events', (_, reply) => {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
  reply.raw.write('retry: 2000\n\n');
  listeners.add(reply.raw);
  reply.raw.once('close', () => listeners.delete(reply.raw));
});
await consume(`broadcast-${randomUUID()}`, ['changed', 'concluded'], false, async (topic, keys) => {
  for (const key of keys)
    for (const listener of listeners) listener.write(`event: ${topic}\ndata: ${JSON.stringify({ id: key })}\n\n`);
});
const [host, port] = HTTP_LISTEN.split(':');
await app.listen({ host: host ?? '', port: Number(port) });

serve({});
