import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from '../../../tools/stack/services.mjs';
import { CALLS, CUTS } from './network.mjs';
import { bounce } from './stores.mjs';

/** @typedef {import('../campaign.mjs').Cell} Cell */
/** @typedef {import('../campaign.mjs').Campaign} Campaign */
/** @typedef {import('../link.mjs').Link} Link */
/** @typedef {import('../link.mjs').LinkState} LinkState */

/**
 * One fault of a schedule, drawn before anything of the schedule happens.
 * @typedef {{ what: string, begin: () => unknown, heal?: () => unknown }} Fault
 */

const PER_REPEAT = 10;
const FAULTS = { least: 3, most: 5 };
const BEGINS_WITHIN_MS = 4_000;
const LASTS_MS = { least: 200, most: 5_000 };

const MINUTE_MS = 60_000;
const SHIFTS_MS = [5 * MINUTE_MS, -5 * MINUTE_MS, 1_440 * MINUTE_MS, -1_440 * MINUTE_MS];

/** What a service is connected to. @param {string} service */
const targetsOf = (service) => [
  'broker',
  ...(service === 'gateway' ? [] : ['database']),
  ...CALLS.filter(([caller]) => caller === service).map(([, called]) => called),
];

/** @param {string} what @param {readonly Link[]} links @param {LinkState} state @returns {Fault} */
const cutting = (what, links, state) => ({
  what: `${what}: ${state}`,
  begin: () => links.forEach((link) => link.become(state)),
  heal: () => links.forEach((link) => link.become('open')),
});

/** What may happen; a schedule has each at most once. @type {((campaign: Campaign) => Fault)[]} */
const KINDS = [
  ({ platform, random }) => {
    const victim = random.pick(platform.replicas);
    return { what: `${victim.name} killed`, begin: () => victim.kill() };
  },
  ({ platform, random }) => {
    const service = random.pick(SERVICES);
    return { what: `all ${service} killed`, begin: () => platform.of(service).forEach((victim) => victim.kill()) };
  },
  ({ platform, random }) => {
    const victim = random.pick(platform.replicas);
    const begin = () => victim.signal('SIGSTOP');
    return { what: `${victim.name} stopped`, begin, heal: () => victim.signal('SIGCONT') };
  },
  ({ platform, random }) => {
    const { replica, links } = random.pick(platform.placed);
    const target = random.pick(targetsOf(replica.service));
    const link = /** @type {Link} */ (links[target]);
    return cutting(`${replica.name} to ${target}`, [link], random.pick(CUTS));
  },
  ({ platform, random }) => {
    const service = random.pick(SERVICES);
    const target = random.pick(targetsOf(service));
    const links = platform.linksTo(target, ({ replica }) => replica.service === service);
    return cutting(`all ${service} to ${target}`, links, random.pick(CUTS));
  },
  ({ platform, random }) => cutting('clients to the edge', [platform.edge], random.pick(CUTS)),
  ({ platform, random }) => {
    const [target, delayMs] = [random.pick(['broker', 'database']), random.whole(20, 500)];
    const become = (/** @type {number} */ ms) =>
      platform.linksTo(target).forEach((link) => Object.assign(link, { delayMs: ms }));
    return { what: `${target} ${delayMs} ms late`, begin: () => become(delayMs), heal: () => become(0) };
  },
  ({ platform, random }) => {
    const [victim, ms] = [random.pick(platform.replicas), random.pick(SHIFTS_MS)];
    const begin = () => victim.shiftClock(ms);
    return { what: `clock of ${victim.name} ${ms / MINUTE_MS} min off`, begin, heal: () => victim.shiftClock(0) };
  },
  (campaign) => {
    const [which, how] = [
      campaign.random.pick(/** @type {const} */ (['broker', 'database'])),
      campaign.random.pick(/** @type {const} */ (['kill', 'stop'])),
    ];
    return { what: `${which} ${how}`, begin: () => bounce(campaign, which, how) };
  },
];

/** @param {Campaign} campaign @returns {(Fault & { atMs: number, forMs: number })[]} the earliest first */
const draw = (campaign) => {
  const { random } = campaign;
  const kinds = [...KINDS];
  return Array.from({ length: random.whole(FAULTS.least, FAULTS.most) }, () => {
    const kind = random.pick(kinds);
    kinds.splice(kinds.indexOf(kind), 1);
    const atMs = random.whole(0, BEGINS_WITHIN_MS);
    return { ...kind(campaign), atMs, forMs: random.whole(LASTS_MS.least, LASTS_MS.most) };
  }).sort((one, other) => one.atMs - other.atMs);
};

/** @param {Campaign} campaign @param {ReturnType<typeof draw>} faults */
const play = async (campaign, faults) => {
  await Promise.all(
    faults.map(async ({ begin, heal, atMs, forMs }) => {
      await delay(atMs);
      await begin();
      if (!heal) return;
      await delay(forMs);
      await heal();
    }),
  );
  await campaign.recovered(Date.now(), faults.length);
  await Promise.all(campaign.platform.replicas.map((replica) => replica.untilReady()));
};

/** @type {Cell} */
const schedules = {
  name: 'schedules',
  what: `ten schedules for each repeat, drawn from a seed: ${FAULTS.least} to ${FAULTS.most} kinds of faults at overlapping times`,
  seconds: 20 * PER_REPEAT,
  run: async (campaign) => {
    for (let number = 1; number <= PER_REPEAT * campaign.repeats; number += 1) {
      const faults = draw(campaign);
      const words = faults.map(
        ({ what, heal, atMs, forMs }) => `${what} at ${atMs}${heal ? ` to ${atMs + forMs}` : ''} ms`,
      );
      campaign.say(`  schedule ${number}: ${words.join('; ')}`);
      await play(campaign, faults);
      await campaign.caughtUp();
    }
  },
};

/** @type {Cell[]} */
export const SCHEDULES = [schedules];
