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

/** Nothing of what is wanted is passed for so long: what is left is hardly ever passed. */
const PATIENCE_MS = 40_000;
/** A process that dies at each seam of its start comes up in the end. */
const STARTS_MS = 900_000;
/** At one of so many next passages of a seam with the fewest kills. */
const PASSAGES = 3;

/**
 * The seams of a service that are wanted, and how often it was killed at each. What a process passes for the first time
 * meanwhile is wanted too.
 */
class Hunt {
  /** @type {Map<string, number>} */
  #kills = new Map();

  /** @param {Campaign} campaign @param {string} service */
  constructor(campaign, service) {
    this.campaign = campaign;
    this.service = service;
    this.replicas = campaign.platform.of(service);
    this.endsAt = Date.now() + campaign.minutes * 60_000;
  }

  get #wanted() {
    const passed = new Set(this.replicas.flatMap(({ seams }) => [...seams]));
    return [...passed].filter((seam) => this.campaign.seam.test(`${this.service} ${seam}`)).sort();
  }

  /** @param {string} seam */
  #killsAt(seam) {
    return this.#kills.get(seam) ?? 0;
  }

  get #lacking() {
    if (Date.now() > this.endsAt) return [];
    return this.#wanted.filter((seam) => this.#killsAt(seam) < this.campaign.repeats);
  }

  /** All that are lacking, at one of their next passages: those with the fewest kills come first. */
  #armsWhileItServes() {
    const lacking = this.#lacking;
    const fewest = Math.min(...lacking.map((seam) => this.#killsAt(seam)));
    const passageOf = (/** @type {string} */ seam) =>
      this.campaign.random.whole(1, PASSAGES) + 2 * (this.#killsAt(seam) - fewest);
    return lacking.map((seam) => `${seam}@${passageOf(seam)}`).join('\n');
  }

  /** All that are lacking, at their next passage. */
  #arms() {
    return this.#lacking.map((seam) => `${seam}@1`).join('\n');
  }

  /** @param {import('../replica.mjs').Replica['deaths'][number]} death @param {string} name of who died */
  #note({ seam, how, at }, name) {
    if (!seam) throw new Error(`${name} ended by itself: ${how}`);
    this.#kills.set(seam, this.#killsAt(seam) + 1);
    return this.campaign.recovered(at);
  }

  /** Again and again while it starts, until a start comes through. @param {import('../replica.mjs').Replica} victim */
  async #whileItStarts(victim) {
    victim.armsAtStart = () => this.#arms();
    await victim.stop();
    const started = victim.start(STARTS_MS);
    const recoveries = [];
    for (let isUp = false; !isUp;) {
      isUp = await Promise.race([started.then(() => true), delay(100, false)]);
      for (const death of victim.deaths.splice(0)) recoveries.push(this.#note(death, victim.name));
    }
    victim.armsAtStart = undefined;
    victim.arm('');
    await Promise.all(recoveries);
  }

  /** Again and again while it serves. @param {import('../replica.mjs').Replica} victim */
  async #whileItServes(victim) {
    for (let isPatient = true; this.#lacking.length > 0;) {
      await victim.untilReady();
      victim.arm(isPatient ? this.#armsWhileItServes() : this.#arms());
      const what = `${victim.name} passes one of ${this.#lacking.length} seams`;
      const death = await until(what, async () => victim.deaths.shift(), PATIENCE_MS).catch((fault) => {
        if (!(fault instanceof NotInTime)) throw fault;
      });
      if (death) await this.#note(death, victim.name);
      else if (isPatient) isPatient = false;
      else break;
    }
    victim.arm('');
  }

  async run() {
    await this.#whileItStarts(/** @type {import('../replica.mjs').Replica} */ (this.replicas[0]));
    await Promise.all(this.replicas.map((victim) => this.#whileItServes(victim)));
    for (const seam of this.#wanted) {
      this.campaign.say(`  ${this.service} ${seam}: killed ${this.#killsAt(seam)} of ${this.campaign.repeats}`);
      this.campaign.tally(`${this.service} ${seam}`, this.#killsAt(seam));
    }
  }
}

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
  run: (campaign) => amongNewcomers(campaign, () => new Hunt(campaign, service).run()),
});

/** @type {Cell} */
const seamsTogether = {
  name: 'seams-together',
  what: 'kill -9 at every seam of every service, all replicas at the same time, again and again, while they serve and while they start',
  seconds: 2_000,
  run: (campaign) =>
    amongNewcomers(campaign, () => Promise.all(SERVICES.map((service) => new Hunt(campaign, service).run()))),
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
