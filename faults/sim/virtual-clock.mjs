import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';

/** 2030-01-01: far from the wall clock, so that a look at the real one shows. */
export const EPOCH_MS = Date.UTC(2030, 0, 1);

const RealDate = Date;
const realImmediate = setImmediate;

/** Which simulated process the running code belongs to. @type {AsyncLocalStorage<import('./world.mjs').Process>} */
export const owner = new AsyncLocalStorage();

/** What `setTimeout` and its kin give. */
class VirtualTimer {
  canceled = false;

  /** @param {(timer: VirtualTimer) => void} again */
  constructor(again) {
    this.again = again;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  hasRef() {
    return true;
  }

  refresh() {
    return this;
  }

  close() {
    this.canceled = true;
  }
}

/** Time that stands still until everything that can run at a moment has run. */
export class VirtualClock {
  nowMs = EPOCH_MS;
  events = 0;
  /**
   * Binary heap by time, then by order of arrival.
   * @type {{ atMs: number, place: number, run: () => void, by: any }[]}
   */
  #heap = [];
  #places = 0;

  /** @param {number} delayMs @param {() => void} run @param {any} [by] the process in whose name it runs */
  schedule(delayMs, run, by = owner.getStore()) {
    const entry = { atMs: this.nowMs + Math.max(0, Math.ceil(delayMs || 0)), place: this.#places++, run, by };
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent], entry)) break;
      heap[at] = /** @type {any} */ (heap[parent]);
      at = parent;
    }
    heap[at] = entry;
  }

  /** @param {number} delayMs @returns {Promise<void>} */
  sleep(delayMs) {
    return new Promise((resolve) => this.schedule(delayMs, resolve));
  }

  /**
   * Runs until the time or the condition, whichever is first.
   * @param {number} untilMs @param {() => boolean} [done]
   */
  async run(untilMs, done = () => false) {
    await idle();
    while (!done() && this.#heap.length > 0 && /** @type {any} */ (this.#heap[0]).atMs <= untilMs) {
      const { atMs, run, by } = this.#pop();
      this.nowMs = atMs;
      if (by?.isDead) continue;
      if (by && by.pausedUntilMs > atMs) {
        this.schedule(by.pausedUntilMs - atMs, run, by);
        continue;
      }
      this.events += 1;
      if (by) owner.run(by, run);
      else owner.exit(run);
      await idle();
    }
  }

  #pop() {
    const heap = this.#heap;
    const first = /** @type {any} */ (heap[0]);
    const last = /** @type {any} */ (heap.pop());
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child += 1;
      if (isBefore(last, heap[child])) break;
      heap[at] = /** @type {any} */ (heap[child]);
      at = child;
    }
    heap[at] = last;
    return first;
  }

  /** The time as the running process sees it: its clock may be wrong. */
  seenMs() {
    return this.nowMs + (owner.getStore()?.skewMs ?? 0);
  }

  /** Takes the place of timers and time in this JavaScript realm. Gives the way back. */
  install() {
    const real = {
      Date,
      setTimeout,
      clearTimeout,
      setInterval,
      clearInterval,
      setImmediate,
      clearImmediate,
    };
    const { setTimeout: realSleep } = timersPromises;
    const mine = { ...this.#timers(), Date: dateOf(this) };
    const moduleOfTimers = /** @type {any} */ (timers);
    const { Date: _date, ...functions } = mine;
    const before = Object.fromEntries(Object.keys(functions).map((name) => [name, moduleOfTimers[name]]));
    Object.assign(globalThis, mine);
    Object.assign(moduleOfTimers, functions);
    timersPromises.setTimeout = /** @type {any} */ (
      (/** @type {number} */ delayMs, /** @type {any} */ value) => this.sleep(delayMs).then(() => value)
    );
    syncBuiltinESMExports();
    return () => {
      Object.assign(globalThis, real);
      Object.assign(moduleOfTimers, before);
      timersPromises.setTimeout = realSleep;
      syncBuiltinESMExports();
    };
  }

  #timers() {
    const once = (/** @type {Function} */ callback, delayMs = 0, /** @type {any[]} */ ...args) => {
      const timer = new VirtualTimer(() => undefined);
      this.schedule(delayMs, () => (timer.canceled ? undefined : callback(...args)));
      return timer;
    };
    const repeat = (/** @type {Function} */ callback, intervalMs = 1, /** @type {any[]} */ ...args) => {
      const timer = new VirtualTimer((each) => {
        if (each.canceled) return;
        callback(...args);
        this.schedule(intervalMs, () => each.again(each));
      });
      this.schedule(intervalMs, () => timer.again(timer));
      return timer;
    };
    const cancel = (/** @type {any} */ timer) => {
      if (timer instanceof VirtualTimer) timer.canceled = true;
    };
    return {
      setTimeout: once,
      clearTimeout: cancel,
      setInterval: repeat,
      clearInterval: cancel,
      setImmediate: (/** @type {Function} */ callback, /** @type {any[]} */ ...args) => once(callback, 0, ...args),
      clearImmediate: cancel,
    };
  }
}

/** @param {any} one @param {any} other */
const isBefore = (one, other) => one.atMs < other.atMs || (one.atMs === other.atMs && one.place < other.place);

/** All promises that can settle have settled. */
const idle = () => new Promise((resolve) => realImmediate(resolve));

/** @param {VirtualClock} clock */
const dateOf = (clock) =>
  new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [clock.seenMs()] : args, newTarget),
    get: (target, name) => (name === 'now' ? () => clock.seenMs() : Reflect.get(target, name)),
  });
