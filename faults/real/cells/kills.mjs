import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from '../../../tools/stack/services.mjs';
import { NotInTime, until } from '../until.mjs';

/** @typedef {import('../campaign.mjs').Cell} Cell */
/** @typedef {import('../campaign.mjs').Campaign} Campaign */

const REACH_MS = 20_000;

/**
 * Ends a replica at the n-th passage of a seam. False: neither replica came by.
 * @param {Campaign} campaign @param {string} service @param {string} seam @param {number} turn
 */
const killAt = async (campaign, service, seam, turn) => {
  const replicas = campaign.platform.of(service);
  for (let tries = 0; tries < replicas.length; tries += 1) {
    const victim = /** @type {import('../replica.mjs').Replica} */ (replicas[(turn + tries) % replicas.length]);
    await victim.untilReady();
    victim.deaths = [];
    victim.arm(`${seam}@${1 + (turn % 3)}`);
    try {
      const death = await until(
        `${victim.name} at ${seam}`,
        async () => victim.deaths.find((each) => each.seam === seam),
        REACH_MS,
      );
      await campaign.recovered(death.at);
      return true;
    } catch (fault) {
      victim.arm('');
      if (!(fault instanceof NotInTime) || victim.deaths.length > 0) throw fault;
    }
  }
  return false;
};

/** The seams of the short matrix: both sides of the writes that money hangs on, in each service. */
const SHORT = [
  ['gateway', 'after-produce:transactions.transaction-submitted'],
  ['transactions', 'before-effect:transactions.update'],
  ['transactions', 'after-effect:transactions.update'],
  ['risk', 'after-effect:issuer_authorizations.insert'],
  ['risk', 'after-effect:assessments.update'],
  ['ledger', 'after-effect:journal_entries.insert'],
  ['ledger', 'after-effect:chain_links.insert'],
  ['ledger', 'after-effect:balances.update'],
  ['orders', 'before-answer:BeginPayments'],
  ['orders', 'before-commit:transactions.transaction-concluded'],
  ['accounts', 'after-effect:deliveries.insert'],
];

/** @type {Cell} */
const shortSeams = {
  name: 'seams-short',
  what: 'kill -9 at eleven seams of the six services',
  short: true,
  seconds: 65,
  run: async (campaign) => {
    for (const [turn, [service, seam]] of SHORT.entries()) {
      const reached = await killAt(campaign, /** @type {string} */ (service), /** @type {string} */ (seam), turn);
      if (!reached) throw new Error(`${service} never passed ${seam}`);
    }
  },
};

/** Seams of creations at start, which a running service does not pass again. */
const AT_START = /\.(createIndexes|create)$/;

/** A seam that nothing has passed for so many turns running is left: it is passed at the start, or hardly ever. */
const UNREACHED_TURNS = 2;

/** Kills one service at each of its seams that are wanted. @param {Campaign} campaign @param {string} service */
const killAtEach = async (campaign, service) => {
  const seams = new Set(campaign.platform.of(service).flatMap(({ seams: passed }) => [...passed]));
  const wanted = [...seams].filter((name) => !AT_START.test(name) && campaign.seam.test(`${service} ${name}`));
  for (const seam of wanted.sort()) {
    let kills = 0;
    for (let turn = 0, missed = 0; turn < campaign.repeats && missed < UNREACHED_TURNS; turn += 1) {
      const isKilled = await killAt(campaign, service, seam, turn);
      missed = isKilled ? 0 : missed + 1;
      if (isKilled) kills += 1;
    }
    campaign.say(`  ${service} ${seam}: killed ${kills} of ${campaign.repeats}`);
    campaign.tally(`${service} ${seam}`, kills);
  }
};

/** Long enough for the loops and the sweeps to have had their turn, and so to have named their seams. */
const NAMING_MS = 15_000;

const NEWCOMERS_AT_ONCE = 3;

/**
 * Shops and people keep coming, so that what is passed for the first order of somebody alone is passed under load.
 * @param {Campaign} campaign @param {() => Promise<unknown>} work
 */
const amongNewcomers = async ({ load }, work) => {
  let isOver = false;
  const welcome = async () => {
    while (!isOver) await load.welcome();
  };
  const welcoming = Promise.all(Array.from({ length: NEWCOMERS_AT_ONCE }, welcome));
  welcoming.catch(() => undefined);
  try {
    await delay(NAMING_MS);
    await work();
  } finally {
    isOver = true;
    await welcoming;
  }
};

/** @param {string} service @returns {Cell} */
const seamsOf = (service) => ({
  name: `seams-${service}`,
  what: `kill -9 at every seam that ${service} passes under load, again and again`,
  isPart: true,
  seconds: 600,
  run: (campaign) => amongNewcomers(campaign, () => killAtEach(campaign, service)),
});

/** @type {Cell} */
const seamsTogether = {
  name: 'seams-together',
  what: 'kill -9 at every seam of every service, all services at the same time, again and again',
  seconds: 2_000,
  run: (campaign) =>
    amongNewcomers(campaign, () => Promise.all(SERVICES.map((service) => killAtEach(campaign, service)))),
};

/** @type {Cell} */
const randomKills = {
  name: 'random-kills',
  what: 'kill -9 of any process at any moment',
  short: false,
  seconds: 120,
  run: async (campaign) => {
    for (let turn = 0; turn < 4 * campaign.repeats; turn += 1) {
      await delay(campaign.random.between(100, 2_500));
      const victim = campaign.random.pick(campaign.platform.replicas);
      if (!victim.isReady) continue;
      victim.kill();
      await campaign.recovered();
    }
  },
};

/** @param {Campaign} campaign @param {readonly string[]} services */
const killBothReplicas = async (campaign, services) => {
  const victims = services.flatMap((service) => campaign.platform.of(service));
  for (const victim of victims) victim.kill();
  const at = Date.now();
  await Promise.all(victims.map((victim) => victim.untilReady()));
  await campaign.recovered(at);
};

const PAIRS = SERVICES.flatMap((one, at) => SERVICES.slice(at + 1).map((other) => /** @type {const} */ ([one, other])));

/** @type {Cell} */
const pairs = {
  name: 'pairs',
  what: 'kill -9 of two whole services, both replicas, at the same moment: all pairs',
  seconds: 240,
  run: async (campaign) => {
    for (const pair of PAIRS) await killBothReplicas(campaign, pair);
  },
};

/** @type {Cell} */
const everybody = {
  name: 'everybody',
  what: 'kill -9 of all twelve processes at the same moment',
  seconds: 40,
  run: (campaign) => killBothReplicas(campaign, SERVICES),
};

/** @type {Cell} */
const again = {
  name: 'kill-in-recovery',
  what: 'kill -9, then again at 0.2 to 2 s into the restart, three times in a row, each service',
  seconds: 180,
  run: async (campaign) => {
    for (const service of SERVICES) {
      const [victim] = campaign.platform.of(service);
      if (!victim) continue;
      for (let life = 0; life < 3; life += 1) {
        victim.kill();
        await delay(campaign.random.between(200, 2_000));
      }
      victim.kill();
      await campaign.recovered();
      await victim.untilReady();
    }
  },
};

/** @type {Cell[]} */
export const KILLS = [shortSeams, ...SERVICES.map(seamsOf), seamsTogether, randomKills, pairs, everybody, again];
