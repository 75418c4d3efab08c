import kafkajs from 'kafkajs';
import { ALL, CONSUMPTIONS, placeOf } from '../wire.mjs';

/** @typedef {import('../campaign.mjs').Cell} Cell */
/** @typedef {import('../campaign.mjs').Campaign} Campaign */
/** @typedef {import('../store.mjs').Stored} Stored */

const NAMES = ALL.map(({ name }) => name);

/** @template T @param {Campaign} campaign @param {(producer: import('kafkajs').Producer) => Promise<T>} work */
const producing = async ({ platform }, work) => {
  const createPartitioner = kafkajs.Partitioners.DefaultPartitioner;
  const producer = platform.store.kafka.producer({ createPartitioner, allowAutoTopicCreation: false });
  await producer.connect();
  try {
    return await work(producer);
  } finally {
    await producer.disconnect();
  }
};

/** All of them in one request would be more than the broker takes. */
const AT_ONCE = 200;

/** @param {Campaign} campaign @param {string[]} topics @param {number} copies */
const sendAgain = async (campaign, topics, copies) => {
  // Poison is sent once: its copies would be poison at places that nobody noted.
  const isSound = (/** @type {Stored} */ record) => !campaign.poison.has(placeOf(record));
  const records = (await campaign.platform.store.records(topics)).filter(isSound);
  const messages = (/** @type {string} */ topic) =>
    records
      .filter((record) => record.topic === topic)
      .flatMap(({ key, value, rawHeaders, partition }) =>
        Array(copies).fill({ key, value, headers: rawHeaders, partition }),
      );
  await producing(campaign, async (producer) => {
    for (const topic of topics) {
      const all = messages(topic);
      for (let at = 0; at < all.length; at += AT_ONCE)
        await producer.send({ topic, acks: -1, messages: all.slice(at, at + AT_ONCE) });
    }
  });
};

/** @param {string} name @param {number} copies @param {boolean} [short] @returns {Cell} */
const duplicates = (name, copies, short = false) => ({
  name,
  what: `every record of every topic sent again ${copies} times, to its own partition`,
  short,
  seconds: 20 + 5 * copies,
  run: async (campaign) => {
    await sendAgain(campaign, NAMES, copies);
    await campaign.recovered();
  },
});

/** @type {Cell} */
const shuffled = {
  name: 'duplicates-topic-by-topic',
  what: 'each topic in turn, from the last stage to the first, sent again 5 times: old facts after new ones',
  seconds: 120,
  run: async (campaign) => {
    for (const topic of NAMES.toReversed()) {
      await sendAgain(campaign, [topic], 5);
      await campaign.recovered();
    }
  },
};

/** @param {Campaign} campaign @param {string} service */
const rewind = async (campaign, service) => {
  const { platform } = campaign;
  await Promise.all(platform.of(service).map((replica) => replica.stop()));
  const topics = CONSUMPTIONS.filter(({ group }) => group === service).map(({ topic }) => topic);
  await platform.store.admin(async (admin) => {
    for (const topic of topics) {
      const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition, low }) => ({
        partition,
        offset: low,
      }));
      await admin.setOffsets({ groupId: service, topic, partitions });
    }
  });
  await Promise.all(platform.of(service).map((replica) => replica.start()));
  // What was poison is met again and buried again.
  await campaign.recovered();
};

const GROUPS = [...new Set(CONSUMPTIONS.map(({ group }) => group))];

/** @type {Cell} */
const rewound = {
  name: 'rewind',
  what: 'each consumer group set back to the first record of all its topics',
  seconds: 120,
  run: async (campaign) => {
    for (const group of GROUPS) await rewind(campaign, group);
  },
};

/** @type {Cell} */
const rewoundLedger = {
  name: 'rewind-ledger',
  what: 'the ledger consumes everything again from the first record',
  short: true,
  seconds: 25,
  run: (campaign) => rewind(campaign, 'ledger'),
};

const MEGABYTE = 1_000_000;
/** Field 31 with a wire type that does not exist: no protobuf reader takes it. */
const UNDECODABLE = Buffer.alloc(64, 0xff);

/**
 * @param {string} topic @param {Stored[]} others sound records of other topics
 * @returns {{ value: Buffer | null, duty: 'must' | 'may' }[]}
 */
const poisons = (topic, others) => [
  { value: UNDECODABLE, duty: 'must' },
  { value: Buffer.alloc(MEGABYTE, 0xff), duty: 'must' },
  // Decodable, and nothing of sense: some services can tell that it concerns nobody and go on.
  { value: Buffer.alloc(0), duty: 'may' },
  { value: null, duty: 'may' },
  ...others
    .filter((record) => record.topic !== topic)
    .slice(0, 3)
    .map(({ value }) => ({ value, duty: /** @type {const} */ ('may') })),
];

/** @param {Campaign} campaign @param {number} rounds */
const poison = async (campaign, rounds) => {
  const sound = await campaign.platform.store.records(NAMES);
  const others = [...Map.groupBy(sound, ({ topic }) => topic).values()].flatMap(([first]) => (first ? [first] : []));
  await producing(campaign, async (producer) => {
    for (let round = 0; round < rounds; round += 1) {
      for (const topic of NAMES) {
        for (const { value, duty } of poisons(topic, others)) {
          const message = { key: `poison-${round}`, value, partition: round % 12, headers: { 'event-id': 'poison' } };
          const [sent] = await producer.send({ topic, acks: -1, messages: [message] });
          campaign.poison.set(`${topic}/${sent?.partition}/${sent?.baseOffset}`, duty);
        }
      }
    }
  });
  await campaign.recovered();
};

/** @type {Cell} */
const poisonOnce = {
  name: 'poison',
  what: 'into one partition of every topic: undecodable, 1 MB of it, empty, null, records of other topics',
  short: true,
  seconds: 20,
  run: (campaign) => poison(campaign, 1),
};

/** @type {Cell} */
const poisonEverywhere = {
  name: 'poison-everywhere',
  what: 'the same into every partition of every topic, twice: 1,008 records',
  seconds: 90,
  run: (campaign) => poison(campaign, 24),
};

/** @type {Cell[]} */
export const MESSAGES = [
  duplicates('duplicates', 2, true),
  duplicates('duplicates-5', 5),
  shuffled,
  rewoundLedger,
  rewound,
  poisonOnce,
  poisonEverywhere,
];
