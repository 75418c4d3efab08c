import { createHash } from 'node:crypto';
import { owner, VirtualClock } from './virtual-clock.mjs';

/** One life of one replica of a service. A crash ends it: nothing that it has started ever comes back to it. */
export class Process {
  isDead = false;
  pausedUntilMs = 0;
  skewMs = 0;
  /** Calls that it serves: full name of the gRPC service → controller. @type {Map<string, any>} */
  served = new Map();

  /** @param {string} service @param {number} replica @param {number} life */
  constructor(service, replica, life) {
    this.service = service;
    this.replica = replica;
    this.life = life;
  }

  get name() {
    return `${this.service}/${this.replica}.${this.life}`;
  }
}

/** What never comes back: the answer to a process that is no more. @returns {Promise<never>} */
export const never = () => new Promise(() => undefined);

/** Clock, chance, trace and processes of one run. */
export class World {
  clock = new VirtualClock();
  /** Draws of the world itself: delays, victims. The processes draw from another generator. */
  random;
  /** @type {Process[]} */
  processes = [];
  /** Times at which something was done to the system. */
  lastFaultMs = 0;
  faultCount = 0;
  #trace = createHash('sha256');
  lines = 0;
  /** @type {string[] | undefined} */
  log;

  /** @param {import('../shared/random.mjs').Random} random @param {import('./fault-plan.mjs').FaultPlan} plan */
  constructor(random, plan) {
    this.random = random;
    this.plan = plan;
  }

  /** One line of the trace. @param {string} what @param {string} [detail] */
  note(what, detail = '') {
    const line = `${this.clock.nowMs} ${owner.getStore()?.name ?? 'world'} ${what} ${detail}\n`;
    this.lines += 1;
    this.#trace.update(line);
    this.log?.push(line);
  }

  /** SHA-256 of all lines, hex. */
  traceHash() {
    return this.#trace.copy().digest('hex');
  }

  /** @param {string} what @param {string} [detail] */
  noteFault(what, detail = '') {
    this.lastFaultMs = this.clock.nowMs;
    this.faultCount += 1;
    this.note(`FAULT ${what}`, detail);
  }

  /** A named place in the work of a process, where it may end. @param {import('./fault-plan.mjs').Seam} seam */
  async seam(/** @type {any} */ seam, detail = '') {
    const process = owner.getStore();
    if (!process) return;
    if (process.isDead) return never();
    if (!this.plan.crashesAt(this, process, seam)) return;
    this.noteFault('crash', `${process.name} ${seam} ${detail}`);
    this.crash(process);
    return never();
  }

  /** @param {Process} process */
  crash(process) {
    process.isDead = true;
    this.onCrash?.(process);
  }

  /** Set by whoever starts processes. @type {((process: Process) => void) | undefined} */
  onCrash;

  /** @param {string} service */
  alive(service) {
    return this.processes.filter((process) => process.service === service && !process.isDead);
  }
}
