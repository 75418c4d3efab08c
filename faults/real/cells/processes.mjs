import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from '../../../tools/stack/services.mjs';
import { roll } from '../roll.mjs';

/** @typedef {import('../campaign.mjs').Cell} Cell */
/** @typedef {import('../campaign.mjs').Campaign} Campaign */

/** @param {Campaign} campaign @param {readonly string[]} services @param {number} seconds @param {boolean} both */
const freeze = async (campaign, services, seconds, both) => {
  for (const service of services) {
    const victims = campaign.platform.of(service).slice(0, both ? 2 : 1);
    for (const victim of victims) victim.signal('SIGSTOP');
    await delay(seconds * 1_000);
    for (const victim of victims) victim.signal('SIGCONT');
    await campaign.recovered();
  }
};

/** @param {number} seconds @param {boolean} both @returns {Cell} */
const frozen = (seconds, both) => ({
  name: `stop-signal-${seconds}${both ? '-both' : ''}`,
  what: `${both ? 'both replicas' : 'one replica'} of each service in turn stopped for ${seconds} s, then continued`,
  seconds: 20 + SERVICES.length * (seconds + 6),
  run: (campaign) => freeze(campaign, SERVICES, seconds, both),
});

/** @type {Cell} */
const frozenShort = {
  name: 'stop-signal-short',
  what: 'one replica of transactions stopped for 12 s, beyond its session at the broker, then continued',
  short: true,
  seconds: 35,
  run: (campaign) => freeze(campaign, ['transactions'], 12, false),
};

/** @type {Cell} */
const rolling = {
  name: 'rolling-restart',
  what: 'all twelve processes restarted one after another under load; no submit may fail',
  short: true,
  seconds: 55,
  run: (campaign) => roll(campaign, campaign.platform.replicas),
};

/** @param {string} name @param {number} ms @param {string} words @returns {Cell} */
const clock = (name, ms, words) => ({
  name,
  what: `the clock of one replica of each service in turn jumps ${words}, and back after 6 s`,
  seconds: 90,
  run: async (campaign) => {
    for (const service of SERVICES) {
      const [victim] = campaign.platform.of(service);
      victim?.shiftClock(ms);
      await delay(6_000);
      victim?.shiftClock(0);
      await campaign.recovered();
    }
  },
});

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** @type {Cell} */
const clockThenKill = {
  name: 'clock-then-kill',
  what: 'transactions a day ahead on one replica, killed between its write and the event about it',
  seconds: 60,
  run: async (campaign) => {
    const [victim] = campaign.platform.of('transactions');
    if (!victim) return;
    victim.shiftClock(DAY_MS);
    victim.deaths = [];
    victim.arm('after-effect:transactions.update@1');
    for (const end = Date.now() + 30_000; victim.deaths.length === 0 && Date.now() < end;) await delay(100);
    await campaign.recovered();
  },
};

/** @type {Cell[]} */
export const PROCESSES = [
  frozenShort,
  frozen(5, false),
  frozen(20, false),
  frozen(40, false),
  frozen(12, true),
  rolling,
  clock('clock-plus-5-min', 5 * MINUTE_MS, 'five minutes ahead'),
  clock('clock-minus-5-min', -5 * MINUTE_MS, 'five minutes back'),
  clock('clock-plus-day', DAY_MS, 'a day ahead'),
  clock('clock-minus-day', -DAY_MS, 'a day back'),
  clockThenKill,
];
