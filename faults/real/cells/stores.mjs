import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {import('../campaign.mjs').Cell} Cell */
/** @typedef {import('../campaign.mjs').Campaign} Campaign */

/** How long the world stays without it. */
const AWAY_MS = 2_000;

/** @param {Campaign} campaign @param {'broker' | 'database'} which @param {'kill' | 'stop'} how */
export const bounce = async ({ platform }, which, how) => {
  await platform[which]?.[how]();
  await delay(AWAY_MS);
  await (which === 'broker' ? platform.startBroker() : platform.startDatabase());
};

/** @param {'broker' | 'database'} which @param {'kill' | 'stop'} how @param {boolean} [short] @returns {Cell} */
const underLoad = (which, how, short = false) => ({
  name: `${which}-${how}`,
  what: `${which} ${how === 'kill' ? 'kill -9' : 'clean stop'} under load, back after ${AWAY_MS / 1_000} s`,
  short,
  seconds: 30,
  run: async (campaign) => {
    const rounds = campaign.repeats > 1 ? 3 : 1;
    for (let round = 0; round < rounds; round += 1) {
      await campaign.flowing();
      await bounce(campaign, which, how);
      await campaign.recovered();
    }
  },
});

/** @param {'broker' | 'database'} which @returns {Cell} */
const idle = (which) => ({
  name: `${which}-kill-idle`,
  what: `${which} kill -9 while nothing is under way`,
  seconds: 30,
  run: async (campaign) => {
    await campaign.load.stop();
    await bounce(campaign, which, 'kill');
    campaign.load.start();
    await campaign.recovered();
  },
});

/** @type {Cell} */
const rebalance = {
  name: 'broker-kill-rebalance',
  what: 'broker kill -9 while a consumer group rebalances',
  seconds: 40,
  run: async (campaign) => {
    campaign.platform.of('transactions')[0]?.kill();
    campaign.platform.of('ledger')[0]?.kill();
    await delay(1_000);
    await bounce(campaign, 'broker', 'kill');
    await campaign.recovered();
  },
};

/** @type {Cell} */
const bothStores = {
  name: 'stores-kill',
  what: 'broker and database kill -9 at the same moment',
  seconds: 45,
  run: async (campaign) => {
    const { platform } = campaign;
    await Promise.all([platform.broker?.kill(), platform.database?.kill()]);
    await Promise.all([platform.startBroker(), platform.startDatabase()]);
    await campaign.recovered();
  },
};

/** @param {'broker' | 'database'} which @param {number} delayMs @returns {Cell} */
const slow = (which, delayMs) => ({
  name: `${which}-slow-${delayMs}`,
  what: `${which} answers ${delayMs} ms late for 15 s`,
  seconds: 60,
  run: async (campaign) => {
    const links = campaign.platform.linksTo(which);
    for (const link of links) link.delayMs = delayMs;
    await delay(15_000);
    for (const link of links) link.delayMs = 0;
    await campaign.recovered();
  },
});

/** @type {Cell[]} */
export const STORES = [
  underLoad('broker', 'kill', true),
  underLoad('broker', 'stop'),
  idle('broker'),
  rebalance,
  underLoad('database', 'kill', true),
  underLoad('database', 'stop'),
  idle('database'),
  bothStores,
  slow('database', 200),
  slow('database', 1_000),
  slow('database', 5_000),
  slow('broker', 200),
  slow('broker', 2_000),
];
