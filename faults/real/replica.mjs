import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../../tools/command.mjs';
import { until } from './until.mjs';

const PRELOAD = join(import.meta.dirname, 'seams.mjs');
/** Between the end of a process and its next start: a supervisor that does not spin on one that cannot start. */
const RESTART_MS = 100;
const STOP_MS = 25_000;
const WEIGH_MS = 20_000;

/** @typedef {{ heap: number, handles: number }} Weight bytes of heap, open files and sockets */

/**
 * One process of one service under a supervisor that starts it again at once whenever it ends.
 */
export class Replica {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  #wanted = false;
  isReady = false;
  starts = 0;
  /** Ends that nobody asked for, since the last call of `takeDeaths`: the seam, or how it ended. */
  /** @type {{ at: number, seam: string | undefined, how: string }[]} */
  deaths = [];
  /** Names of all seams that any life of this process has passed. */
  /** @type {Set<string>} */
  seams = new Set();
  /** @type {Weight | undefined} */
  weight;
  /** What each new process is armed with before it does anything. */
  /** @type {(() => string) | undefined} */
  armsAtStart;

  /**
   * @param {string} service @param {number} number @param {Record<string, string>} env @param {string} logFile
   * @param {readonly string[]} [inside] a command that runs another one somewhere
   */
  constructor(service, number, env, logFile, inside = []) {
    this.service = service;
    this.name = `${service}-${number}`;
    this.env = env;
    this.logFile = logFile;
    this.inside = inside;
  }

  get pid() {
    return this.#child?.pid ?? 0;
  }

  /** Resolves when it serves. @param {number} [limitMs] */
  async start(limitMs) {
    this.#wanted = true;
    if (!this.#child) this.#launch();
    await this.untilReady(limitMs);
  }

  untilReady(limitMs = 120_000) {
    return until(`${this.name} ready`, async () => this.isReady || undefined, limitMs);
  }

  /** Clean stop, and no new start. */
  async stop() {
    this.#wanted = false;
    const child = this.#child;
    if (!child) return;
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.kill('SIGTERM');
    await until(`${this.name} stopped`, async () => this.#child === undefined || undefined, STOP_MS + 5_000);
    clearTimeout(hard);
  }

  /** @param {NodeJS.Signals} name */
  signal(name) {
    this.#child?.kill(name);
  }

  /** SIGKILL; the supervisor starts it again. */
  kill() {
    this.isReady = false;
    this.#child?.kill('SIGKILL');
  }

  /** @param {string} seams lines of `name@passage`; empty disarms */
  arm(seams) {
    if (this.#child?.connected) this.#child.send({ arm: seams });
  }

  /** @param {number} clockMs */
  shiftClock(clockMs) {
    if (this.#child?.connected) this.#child.send({ clockMs });
  }

  /** What it holds now, its garbage collected. @returns {Promise<Weight>} */
  weigh() {
    this.weight = undefined;
    this.#child?.send({ weigh: true });
    return until(`${this.name} weighed`, async () => this.weight, WEIGH_MS);
  }

  #launch() {
    this.starts += 1;
    const main = join(ROOT, 'services', this.service, 'dist', 'main.js');
    const [command = '', ...args] = [...this.inside, process.execPath, '--import', PRELOAD, main];
    const env = { PATH: process.env['PATH'] ?? '', ...this.env, OPENSWIPE_SEAMS: this.armsAtStart?.() ?? '' };
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true });
    this.#child = child;
    /** @type {string | undefined} */
    let killedAt;
    const read = (/** @type {string} */ line) => {
      appendFileSync(this.logFile, `${line}\n`);
      if (line.includes('"msg":"ready"')) this.isReady = true;
      killedAt = /^killed at seam (.*)$/.exec(line)?.[1] ?? killedAt;
    };
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', read);
    child.on('message', (/** @type {{ seam?: string, weight?: Weight }} */ { seam: passed, weight }) => {
      if (passed) this.seams.add(passed);
      if (weight) this.weight = weight;
    });
    // It may die between the look whether it lives and a message to it.
    child.on('error', () => undefined);
    child.once('close', (code, signal) => {
      this.isReady = false;
      this.#child = undefined;
      if (!this.#wanted) return;
      this.deaths.push({ at: Date.now(), seam: killedAt, how: signal ?? `code ${code}` });
      void delay(RESTART_MS).then(() => this.#wanted && !this.#child && this.#launch());
    });
  }
}
