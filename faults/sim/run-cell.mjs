import { verdict } from '../shared/invariants.mjs';
import { Disturbance } from './disturbance.mjs';
import { FaultPlan } from './fault-plan.mjs';
import { Platform } from './platform.mjs';
import { Random } from '../shared/random.mjs';
import { drawFrom, forgetEarlierIds } from './randomness.mjs';
import { look } from './look.mjs';
import { EPOCH_MS, owner } from './virtual-clock.mjs';
import { Workload } from './workload.mjs';
import { World } from './world.mjs';

/** @typedef {{ name: string, faults: import('./fault-plan.mjs').Faults, replicas?: Record<string, number> }} Cell */
/** @typedef {{ seed: number, payments: number, terminals: number, log?: boolean, loadLimitMs?: number }} Settings */

const LOAD_LIMIT_MS = 3_600_000;
const QUIET_LIMIT_MS = 300_000;
const SERVICES = ['accounts', 'orders', 'transactions', 'risk', 'ledger', 'gateway'];
const LOOK_MS = 1_000;

/**
 * One run: load under the faults of the cell, then healing, then quiet, then the check.
 * @param {Cell} cell @param {Settings} settings @param {import('../shared/planted-bugs.mjs').PlantedBug} [bug]
 */
export const runCell = async (cell, settings, bug) => {
  const startedMs = performance.now();
  const { seed } = settings;
  const world = new World(new Random(seed), new FaultPlan(cell.faults));
  if (settings.log) world.log = [];
  const backToClock = world.clock.install();
  world.clock.nowMs = EPOCH_MS + 10 * 365 * 86_400_000;
  forgetEarlierIds();
  world.clock.nowMs = EPOCH_MS;
  const backToChance = drawFrom(new Random(seed ^ 0x5bd1e995));
  const platform = new Platform(world, bug);
  const backToNetwork = platform.network.install();
  try {
    const outcome = await owner.exit(() => drive(cell, settings, platform));
    return { ...outcome, wallMs: performance.now() - startedMs };
  } finally {
    backToNetwork();
    backToChance();
    backToClock();
  }
};

/** @param {Cell} cell @param {Settings} settings @param {Platform} platform */
const drive = async (cell, settings, platform) => {
  const { world } = platform;
  for (const service of SERVICES) {
    for (let replica = 0; replica < (cell.replicas?.[service] ?? 1); replica += 1) platform.start(service, replica);
  }
  const workload = new Workload(platform, settings);
  const disturbance = new Disturbance(platform);
  const watch = new Watch(platform);
  workload.start();
  disturbance.start();
  watch.start();
  const { loadLimitMs = LOAD_LIMIT_MS } = settings;
  await world.clock.run(EPOCH_MS + loadLimitMs, () => workload.isDone || platform.failure !== undefined);
  workload.isStopping = true;
  world.plan.isHealed = true;
  const healedMs = world.clock.nowMs;
  await world.clock.run(healedMs + QUIET_LIMIT_MS, quiet(platform));
  if (platform.failure) throw platform.failure;
  const quietMs = world.clock.nowMs;
  const seen = look(platform, workload, disturbance);
  const isFaultless = Object.keys(cell.faults).length === 0;
  const found = { ...verdict(seen, { isFaultless, nowMs: quietMs }) };
  found.problems.push(...watch.problems);
  return {
    ...found,
    hash: world.traceHash(),
    log: world.log,
    faults: world.faultCount,
    events: world.clock.events,
    virtualSeconds: (quietMs - EPOCH_MS) / 1_000,
    recoverySeconds: recoverySeconds(seen, world, quietMs),
    quietSeconds: (quietMs - healedMs) / 1_000,
  };
};

/** From the last fault to the next settled transaction, or to quiet where all had settled. */
const recoverySeconds = (
  /** @type {any} */ { entries },
  /** @type {World} */ { lastFaultMs },
  /** @type {number} */ quietMs,
) => {
  if (lastFaultMs === 0) return 0;
  const later = entries
    .map((/** @type {any} */ { postedAt }) => postedAt.getTime())
    .filter((/** @type {number} */ at) => at >= lastFaultMs);
  const first = Math.min(...later, quietMs);
  return (first - lastFaultMs) / 1_000;
};

/** Nothing moves any more: looked at once in a virtual second. @param {Platform} platform */
const quiet = (platform) => {
  const { world, databases, broker } = platform;
  let nextMs = world.clock.nowMs + 15_000;
  return () => {
    if (world.clock.nowMs < nextMs) return platform.failure !== undefined;
    nextMs = world.clock.nowMs + LOOK_MS;
    if (world.processes.length < SERVICES.length || !broker.isDrained) return false;
    const open = ['submitted', 'verified', 'authorized', 'unknown'];
    const rows = (/** @type {string} */ service, /** @type {string} */ name) => databases[service]?.rows(name) ?? [];
    const waits = rows('transactions', 'transactions').some(({ status }) => open.includes(status));
    const unsealed = rows('ledger', 'journal_entries').some(({ isSealed }) => !isSealed);
    const payouts = rows('ledger', 'balances').some(({ reservation }) => reservation !== null);
    return !waits && !unsealed && !payouts && outboxesAreEmpty(databases) && balancesAreDone(rows);
  };
};

const outboxesAreEmpty = (/** @type {Platform['databases']} */ databases) =>
  Object.values(databases).every(({ collections }) =>
    [...collections.values()].every(({ rows }) => [...rows.values()].every(({ outbox }) => !outbox?.length)),
  );

const balancesAreDone = (/** @type {(service: string, name: string) => any[]} */ rows) => {
  const marks = new Map(rows('ledger', 'balance_marks').map(({ _id, sequence }) => [_id, Number(sequence)]));
  return rows('ledger', 'chain_heads').every(({ _id, sequence }) => (marks.get(_id) ?? 0) >= Number(sequence));
};

/** Looks at the journal while the faults go on (I1). */
class Watch {
  /** @type {string[]} */
  problems = [];
  #seen = 0;

  /** @param {Platform} platform */
  constructor(platform) {
    this.platform = platform;
  }

  start() {
    this.platform.world.clock.schedule(LOOK_MS, () => this.#look(), null);
  }

  #look() {
    const entries = this.platform.databases['ledger']?.rows('journal_entries') ?? [];
    for (const { _id, postings } of entries.slice(this.#seen)) {
      const isWhole = postings.every(
        (/** @type {any} */ { debit, credit, amountMinor, currency }) =>
          debit && credit && debit !== credit && currency && BigInt(String(amountMinor)) > 0n,
      );
      if (!isWhole || postings.length === 0) this.problems.push(`I1 entry ${_id} does not balance`);
    }
    this.#seen = entries.length;
    this.start();
  }
}
