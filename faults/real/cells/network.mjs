import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from '../../../tools/stack/services.mjs';

/** @typedef {import('../campaign.mjs').Cell} Cell */
/** @typedef {import('../campaign.mjs').Campaign} Campaign */
/** @typedef {import('../link.mjs').LinkState} LinkState */

/** Longer than the first deadlines (gRPC 5 s, Kafka 10 s), so that they fire. */
const CUT_MS = 12_000;

/**
 * @template {string} State
 * @param {Campaign} campaign @param {readonly { become: (state: State | 'open') => void }[]} links links or cables
 * @param {State} state
 */
export const cut = async (campaign, links, state) => {
  for (const link of links) link.become(state);
  await delay(CUT_MS);
  for (const link of links) link.become('open');
  await campaign.recovered();
};

/** @type {{ [state in Exclude<LinkState, 'open'>]: string }} */
const WORDS = {
  refuse: 'connections are refused',
  drop: 'nothing passes and nobody is told; what waited arrives late',
  'half-open': 'nothing passes and nobody is told; old connections stay dead after the healing',
  deaf: 'requests arrive, answers are lost: every write under way has an unknown outcome',
};

/** Each way in which a link can be cut. */
export const CUTS = /** @type {(keyof typeof WORDS)[]} */ (Object.keys(WORDS));

/** Services that keep something. */
const KEEPERS = SERVICES.filter((service) => service !== 'gateway');

/** @param {'broker' | 'database'} target @param {Exclude<LinkState, 'open'>} state @returns {Cell} */
const fromEach = (target, state) => ({
  name: `${state}-${target}`,
  what: `each service in turn, both replicas, cut from the ${target} for ${CUT_MS / 1_000} s: ${WORDS[state]}`,
  seconds: 30 + 20 * SERVICES.length,
  run: async (campaign) => {
    for (const service of target === 'broker' ? SERVICES : KEEPERS) {
      await cut(
        campaign,
        campaign.platform.linksTo(target, ({ replica }) => replica.service === service),
        state,
      );
    }
  },
});

/** Who calls whom over gRPC. */
export const CALLS = /** @type {const} */ ([
  ['gateway', 'orders'],
  ['gateway', 'transactions'],
  ['gateway', 'accounts'],
  ['transactions', 'orders'],
  ['transactions', 'risk'],
  ['ledger', 'accounts'],
]);

/** @param {Exclude<LinkState, 'open'>} state @returns {Cell} */
const betweenPeers = (state) => ({
  name: `${state}-peers`,
  what: `each pair of services that call each other, cut for ${CUT_MS / 1_000} s: ${WORDS[state]}`,
  seconds: 30 + 20 * CALLS.length,
  run: async (campaign) => {
    for (const [caller, called] of CALLS) {
      await cut(
        campaign,
        campaign.platform.linksTo(called, ({ replica }) => replica.service === caller),
        state,
      );
    }
  },
});

/** @type {Cell} */
const short = {
  name: 'network-short',
  what: 'transactions half-open to the broker, at the same time ledger deaf to the database, 6 s',
  short: true,
  seconds: 45,
  run: async (campaign) => {
    const { platform } = campaign;
    const linksOf = (/** @type {string} */ service, /** @type {string} */ target) =>
      platform.linksTo(target, ({ replica }) => replica.service === service);
    const [dead, deaf] = [linksOf('transactions', 'broker'), linksOf('ledger', 'database')];
    for (const link of dead) link.become('half-open');
    for (const link of deaf) link.become('deaf');
    await delay(6_000);
    for (const link of [...dead, ...deaf]) link.become('open');
    await campaign.recovered();
  },
};

/** @type {Cell} */
const oneReplica = {
  name: 'half-open-replica',
  what: 'one replica of each service half-open to broker, database and peers at once, its twin goes on',
  seconds: 150,
  run: async (campaign) => {
    for (const service of SERVICES) {
      const [victim] = campaign.platform.placed.filter(({ replica }) => replica.service === service);
      if (victim) await cut(campaign, Object.values(victim.links), 'half-open');
    }
  },
};

/** @type {Cell} */
const edge = {
  name: 'terminals-offline',
  what: 'all terminals and shops cut from the edge for 12 s: refused, dropped, half-open, deaf',
  seconds: 90,
  run: async (campaign) => {
    for (const state of CUTS) await cut(campaign, [campaign.platform.edge], state);
  },
};

/** @type {Cell[]} */
export const NETWORK = [
  short,
  fromEach('broker', 'refuse'),
  fromEach('broker', 'drop'),
  fromEach('broker', 'half-open'),
  fromEach('broker', 'deaf'),
  fromEach('database', 'refuse'),
  fromEach('database', 'drop'),
  fromEach('database', 'half-open'),
  fromEach('database', 'deaf'),
  betweenPeers('drop'),
  betweenPeers('half-open'),
  betweenPeers('deaf'),
  oneReplica,
  edge,
];
