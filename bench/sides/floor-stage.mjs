import { MongoClient } from 'mongodb';
import { randomUUID } from 'node:crypto';
import { consume, ensureTopics, openProducer } from './floor-kafka.mjs';
import { serve } from './serve.mjs';

const { MONGO_URL = '', STAGE = '', HOPS = '[]' } = process.env;
/** @type {import('../platform/floor.mjs').Hop[]} */
const hops = JSON.parse(HOPS);

const client = await new MongoClient(MONGO_URL, {
  maxPoolSize: 20,
  writeConcern: { w: 'majority', journal: true },
  retryWrites: false,
}).connect();
const database = client.db(`floor_${STAGE}`);
/** About as much as a document of the platform with its event. */
const DOCUMENT = Buffer.alloc(900, 7);
for (const { from } of hops) await database.createCollection(from);
await ensureTopics(hops.flatMap(({ from, to }) => [from, ...to]));
const send = await openProducer();
/** @type {Record<string, number>} */
const handled = {};

/** @param {import('../platform/floor.mjs').Hop} hop @param {readonly string[]} keys */
const handle = async ({ from, writes, to }, keys) => {
  const collection = database.collection(/** @type {string} */ (from));
  const ids = keys.map((key) => /** @type {any} */ (`${key}:${randomUUID()}`));
  const inserts = ids.map((_id) => ({ insertOne: { document: { _id, content: DOCUMENT, step: 0 } } }));
  await collection.bulkWrite(inserts, { ordered: false });
  for (let step = 1; step < writes; step++) {
    // What goes out goes before the last write, which clears the outbox.
    if (step === writes - 1 && to.length > 0) await send(to, keys);
    const updates = ids.map((_id) => ({ updateOne: { filter: { _id }, update: { $set: { step } } } }));
    await collection.bulkWrite(updates, { ordered: false });
  }
  handled[from] = (handled[from] ?? 0) + keys.length;
};

await consume(
  STAGE,
  hops.map(({ from }) => from),
  true,
  async (topic, keys) => {
    const hop = hops.find(({ from }) => from === topic);
    if (hop) await handle(hop, keys);
  },
);

serve({ handled: (/** @type {string} */ topic) => handled[topic] ?? 0 });
