import { check } from './checker.mjs';
import { Load, SLOW_CARDS } from './load.mjs';
import { Random } from '../shared/random.mjs';
import { quantile } from './report.mjs';
import { NotInTime, until } from './until.mjs';
import { Watch } from './watch.mjs';

/**
 * @typedef {object} Cell one row of the fault matrix
 * @property {string} name
 * @property {string} what in words, for the table
 * @property {boolean} [short] whether it is in the short matrix
 * @property {number} seconds about how long it takes on a quiet machine, its check included
 * @property {boolean} [disk] needs small disks of its own
 * @property {boolean} [cables] needs network namespaces of its own
 * @property {boolean} [isPart] another cell does the same and more: left out of the full matrix
 * @property {(campaign: Campaign) => Promise<void>} run
 */

/**
 * @typedef {object} Row what came of a cell
 * @property {string} name
 * @property {string} what
 * @property {number} faults
 * @property {number} accepted transactions with a 202
 * @property {number} final of them in a final state
 * @property {number} settled
 * @property {number} lost
 * @property {number} doubled
 * @property {number} unknown
 * @property {number} submitErrors answers to a submit that were an error or none; each was repeated
 * @property {number[]} firstSeconds for each fault: until the first transaction accepted after it was settled
 * @property {number} slowestSeconds from the first 202 to the outcome at the terminal, the slowest
 * @property {{ p50: number | undefined, p99: number | undefined }} toldSeconds the same wait, of quick cards
 * @property {string[]} violations
 * @property {string} [notTested] why
 */

/**
 * @typedef {object} Hurt what was done and seen in one cell, before it is judged
 * @property {Cell} cell
 * @property {import('./load.mjs').Paying[]} paid
 * @property {number} faults
 * @property {number[]} firstSeconds
 * @property {number} submitErrors
 * @property {string[]} broken
 */

const QUIET_LIMIT_MS = 120_000;
const FLOW_LIMIT_MS = 120_000;

/** A platform under load, and what every cell needs to hurt it and to measure. */
export class Campaign {
  /** @type {Map<string, 'must' | 'may'>} */
  poison = new Map();
  /** @type {number[]} */
  #firstSeconds = [];
  #faults = 0;

  /**
   * @param {import('./platform.mjs').Platform} platform
   * @param {object} options
   * @param {number} options.perSecond payments
   * @param {number} options.terminals
   * @param {number} options.seed
   * @param {number} options.repeats kills at each seam
   * @param {RegExp} options.seam which seams, by `service name`
   * @param {number} options.minutes of the soak, and of a hunt for seams at most
   * @param {number} options.flow payments that end between two schedules of faults
   * @param {(sentence: string) => void} options.say
   */
  constructor(platform, { perSecond, terminals, seed, repeats, seam, minutes, flow, say }) {
    this.platform = platform;
    this.load = new Load(platform, { perSecond, terminals });
    this.watch = new Watch(platform.store);
    this.random = new Random(seed);
    this.repeats = repeats;
    this.seam = seam;
    this.minutes = minutes;
    this.flow = flow;
    this.say = say;
  }

  async open() {
    await this.load.furnish();
    void this.watch.run();
  }

  close() {
    this.load.close();
    this.watch.stop();
  }

  /** Kills at each seam over all cells. */
  /** @type {Map<string, number>} */
  kills = new Map();

  /** @param {string} seam @param {number} count */
  tally(seam, count) {
    this.kills.set(seam, (this.kills.get(seam) ?? 0) + count);
  }

  /** Faults began, or were healed, at this moment: waits until a transaction accepted after it is settled. */
  async recovered(at = Date.now(), faults = 1) {
    this.#faults += faults;
    await until('a new transaction is settled', () => this.#isFlowing(at), FLOW_LIMIT_MS, 100);
    this.#firstSeconds.push((Date.now() - at) / 1_000);
  }

  /** A few payments have gone through, so that the next fault hits a system at work. */
  async flowing() {
    const since = Date.now();
    await until('payments flow', () => this.#isFlowing(since), FLOW_LIMIT_MS, 100);
  }

  /** So many payments more have come to their end: the next faults hit a system that has caught up. */
  async caughtUp() {
    const since = Date.now();
    const ended = () => this.load.log.filter(({ toldAt = 0 }) => toldAt >= since).length;
    await until(`${this.flow} payments end`, async () => ended() >= this.flow || undefined, FLOW_LIMIT_MS, 500);
  }

  /** @param {number} since */
  async #isFlowing(since) {
    const ids = this.load.log.flatMap(({ acks }) => acks.filter(({ at }) => at >= since).map(({ id }) => id));
    const filter = { _id: { $in: /** @type {any[]} */ (ids) }, status: 'settled' };
    const found = await this.platform.store.database('transactions').collection('transactions').findOne(filter);
    return found ? true : undefined;
  }

  /** Hurts the platform at work, and leaves it at work. @param {Cell} cell @returns {Promise<Hurt>} */
  async hurt(cell) {
    const { load } = this;
    const first = load.log.length;
    const errors = load.submitErrors;
    this.#firstSeconds = [];
    this.#faults = 0;
    /** @type {string[]} */
    const broken = [];
    try {
      load.start();
      await this.flowing();
      await cell.run(this);
    } catch (fault) {
      broken.push(fault instanceof NotInTime ? `B5 ${fault.message}` : `cell ${/** @type {Error} */ (fault).stack}`);
    }
    return {
      cell,
      paid: load.log.slice(first),
      faults: this.#faults,
      firstSeconds: this.#firstSeconds,
      submitErrors: load.submitErrors - errors,
      broken,
    };
  }

  /**
   * Lets everything come to rest and checks the invariants; what is broken counts against the last cell.
   * @param {Hurt[]} hurts @returns {Promise<Row[]>}
   */
  async judge(hurts) {
    const last = hurts.at(-1);
    await this.load.stop().catch((fault) => last?.broken.push(`I2 ${fault.message}`));
    const { violations, seen, lost, doubled, unknown } = await check(this, QUIET_LIMIT_MS);
    last?.broken.push(...violations.map(({ invariant, problem }) => `${invariant} ${problem}`));
    return hurts.map(({ cell: { name, what }, paid, broken, ...measured }) => ({
      name,
      what,
      ...measured,
      ...figures(paid, seen),
      lost: broken === last?.broken ? lost : 0,
      doubled: broken === last?.broken ? doubled : 0,
      unknown: broken === last?.broken ? unknown : 0,
      violations: broken,
    }));
  }
}

/** @param {import('./load.mjs').Paying[]} log @param {import('./checker.mjs').Seen | undefined} seen */
const figures = (log, seen) => {
  const ids = log.flatMap(({ acks }) => acks[0]?.id ?? []);
  const statuses = ids.map((id) => seen?.transactions.get(id)?.status);
  const waitOf = (/** @type {import('./load.mjs').Paying} */ { acks: [ack], toldAt }) =>
    ack && toldAt ? [(toldAt - ack.at) / 1_000] : [];
  const quick = log.filter(({ card }) => !SLOW_CARDS.includes(card)).flatMap(waitOf);
  return {
    accepted: ids.length,
    final: statuses.filter((status) => ['settled', 'declined', 'rejected', 'reversed'].includes(status)).length,
    settled: statuses.filter((status) => status === 'settled').length,
    slowestSeconds: Math.max(0, ...log.flatMap(waitOf)),
    toldSeconds: { p50: quantile(quick, 0.5), p99: quantile(quick, 0.99) },
  };
};
