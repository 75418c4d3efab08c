import { replace, within } from './replace.mjs';

/** @typedef {import('./planted-bugs.mjs').PlantedBug} PlantedBug */

/** Each handler of the service, exchanged. @param {string} service @param {(handle: any, batch: any[]) => any} work */
const handlers = (service, work) =>
  within(service, 'Consumers', {
    on: (consumers, topic, handle) => consumers.on(topic, (/** @type {any[]} */ batch) => work(handle, batch)),
  });

/** @param {any} relay @param {any} collection @param {any[]} documents */
const clearsFirst = async (relay, collection, documents) => {
  const full = documents.filter(({ outbox }) => outbox?.length);
  for (const { _id } of full) await collection.updateOne({ _id }, { $set: { outbox: [] } });
  await relay.relay(collection, full);
};

/** Mistakes about messages and their order. @type {readonly PlantedBug[]} */
export const MESSAGE_BUGS = [
  {
    name: 'offset committed before the effect',
    breaks: 'I5',
    cell: 'crash:before-read@orders',
    onPlatform: ({ broker }) => {
      const group = broker.group('orders');
      group.onBatch = async (/** @type {any} */ _, /** @type {any} */ { topic, partition, messages }) =>
        group.move(`${topic}/${partition}`, Number(messages.at(-1).offset) + 1);
    },
  },
  {
    name: 'handler acknowledges what failed',
    breaks: 'I4',
    cell: 'store-refused@transactions',
    onPart: handlers('transactions', async (handle, batch) => {
      try {
        await handle(batch);
      } catch {
        return;
      }
    }),
  },
  {
    name: 'only the first record of a batch is handled',
    breaks: 'I4',
    cell: 'crash-loop@transactions',
    onPart: handlers('transactions', (handle, batch) => handle(batch.slice(0, 1))),
  },
  {
    name: 'no dedupe on the transaction id',
    breaks: 'I2',
    cell: 'late-copies@gateway',
    onPart: (service, token, part) =>
      service === 'transactions' && token === 'TransactionRepository' ? insertsAnew(part) : part,
  },
  {
    name: 'outbox cleared before it is published',
    breaks: 'I5',
    cell: 'produce-refused@transactions',
    onPart: within('transactions', 'OutboxRelay', {
      relay: clearsFirst,
      relayMatched: (relay, collection, documents, matchedCount) =>
        matchedCount === documents.length
          ? clearsFirst(relay, collection, documents)
          : relay.relayMatched(collection, documents, matchedCount),
    }),
  },
  {
    name: 'answer before the broker has the record',
    breaks: 'I4',
    cell: 'produce-refused@gateway',
    onPart: within('gateway', 'Publisher', {
      publish: async (publisher, records) => void publisher.publish(records).catch(() => undefined),
    }),
  },
  {
    name: 'dead letter swallowed',
    breaks: 'I7',
    cell: 'poison',
    onPart: within('orders', 'Publisher', {
      publish: (publisher, records) =>
        publisher.publish(records.filter((/** @type {any} */ { topic }) => !topic.endsWith('.dlt'))),
    }),
  },
  {
    name: 'another transaction id for the same bytes',
    breaks: 'I4',
    cell: 'call-answer-lost@gateway',
    onPlatform: (platform) => {
      const { ask } = platform;
      let count = 0;
      platform.ask = (/** @type {any} */ work) =>
        ask.call(platform, (/** @type {Map<string, any>} */ served) => {
          const controller = served.get('transactions');
          const salted = replace(controller, {
            submit: (part, session, body, request) => {
              count += 1;
              return part.submit(
                session,
                { ...body, ciphertext: `${body.ciphertext}${String(count).padStart(8, '0')}` },
                request,
              );
            },
          });
          return work(new Map([...served, ['transactions', salted]]));
        });
    },
  },
  {
    name: 'one request makes two orders',
    breaks: 'I4',
    cell: 'call-answer-lost@gateway',
    onPart: within('orders', 'MongoIdempotencyKeys', {
      firstUse: async (_, owner, key, use) => (void owner, void key, use),
    }),
  },
  {
    name: 'number of a card as its token',
    breaks: 'I9',
    cell: 'none',
    onPart: within('transactions', 'MongoCardVault', {
      tokenise: async (_, pans) => pans.map((/** @type {any} */ pan) => `card_${pan.reveal('a planted leak')}`),
    }),
  },
];

/** A delivery resets the transaction, as an insert that does not look whether it is there. @param {any} repository */
const insertsAnew = (repository) =>
  replace(repository, {
    insert: async (part, transactions) => {
      await part.insert(transactions);
      return transactions;
    },
    save: (part, changes) =>
      part.load(changes.map((/** @type {any} */ { before }) => before.id)).then((/** @type {any[]} */ now) => {
        const versions = new Map(now.map(({ id, version }) => [id, version]));
        return part.save(
          changes.map((/** @type {any} */ change) => ({
            ...change,
            before: { ...change.before, version: versions.get(change.before.id) ?? 0 },
          })),
        );
      }),
  });
