/**
 * Named places in the work of a service:
 * before-read, after-read: its store is about to be read, has given its answer;
 * before-effect, after-effect: its store is about to write, has written and the answer is on its way;
 * before-push, after-produce: records leave for the broker, the broker has them and the answer is on its way;
 * after-push: the published events are out of the outbox;
 * after-commit: the offset is committed.
 * @typedef {'before-read' | 'after-read' | 'before-effect' | 'after-effect' | 'before-push' | 'after-produce'
 *   | 'after-push' | 'after-commit'} Seam
 */

/** @type {readonly Seam[]} */
export const SEAMS = [
  'before-read',
  'after-read',
  'before-effect',
  'after-effect',
  'before-push',
  'after-produce',
  'after-push',
  'after-commit',
];

/**
 * What a cell does, in shares of the chances to do it. `service` limits it to one service.
 * @typedef {object} Faults
 * @property {string} [service]
 * @property {Seam} [crash] where it ends
 * @property {number} [crashShare]
 * @property {number} [storeRefused] fails before the effect
 * @property {number} [storeAnswerLost] fails after it
 * @property {number} [storePartial] a bulk write stops half-way
 * @property {number} [storeSlow] takes 0.2 to 5 s
 * @property {number} [storeOutage] seconds of an outage now and then
 * @property {number} [produceRefused]
 * @property {number} [produceAnswerLost]
 * @property {number} [duplicates] records come 2 to 5 times, at once
 * @property {number} [lateCopies] a copy comes 1 to 30 s later
 * @property {number} [slowDelivery] 0.1 to 30 s until a partition is read on
 * @property {number} [commitLost] offset not committed, or committed without an answer
 * @property {number} [callLost] a gRPC request does not arrive
 * @property {number} [callAnswerLost]
 * @property {number} [pauses] times a process stands still for 5 to 40 s
 * @property {number} [rebalances] times a replica joins or leaves
 * @property {number} [rewinds] times a group starts again at 0
 * @property {number} [poison] undecodable or senseless records
 * @property {number} [skewMs]
 * @property {number} [crashes] at random moments
 */

const MAX_CRASHES_AT_SEAM = 6;

/** The chances of one cell. Heals when the load is over. */
export class FaultPlan {
  isHealed = false;
  #crashes = 0;

  /** @param {Faults} faults */
  constructor(faults) {
    this.faults = faults;
  }

  /** @param {import('./world.mjs').World} world @param {import('./world.mjs').Process} process @param {Seam} seam */
  crashesAt(world, process, seam) {
    const { crash, crashShare = 0.1 } = this.faults;
    if (crash !== seam || !this.#concerns(process.service) || this.#crashes >= MAX_CRASHES_AT_SEAM) return false;
    if (!world.random.chance(crashShare)) return false;
    this.#crashes += 1;
    return true;
  }

  /** @param {import('./world.mjs').World} world @param {keyof Faults} kind @param {string} service */
  strikes(world, kind, service) {
    const share = this.faults[kind];
    if (typeof share !== 'number' || !this.#concerns(service)) return false;
    return world.random.chance(share);
  }

  #concerns(/** @type {string} */ service) {
    return !this.isHealed && (this.faults.service === undefined || this.faults.service === service);
  }
}
