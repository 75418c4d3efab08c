/** Time for drivers: gaps between keys, limits, the length of a simulated swipe. Tests bring their own. */
export interface ReaderClock {
  /** Milliseconds since some start, never going back. */
  nowMs(): number;
  /** Runs `then` once after `delayMs`; the returned call cancels it. */
  after(delayMs: number, then: () => void): () => void;
}

export const browserClock: ReaderClock = {
  nowMs: () => performance.now(),
  after(delayMs, then) {
    const timer = setTimeout(then, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** A clock that stands still until it is told to go on; what falls due runs in order of time. */
export class ManualClock implements ReaderClock {
  #now = 0;
  #due: { readonly at: number; readonly then: () => void }[] = [];

  nowMs(): number {
    return this.#now;
  }

  after(delayMs: number, then: () => void): () => void {
    const entry = { at: this.#now + delayMs, then };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  }

  /** Goes on by `ms` and lets promises settle after each call that fell due. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#now = next.at;
      next.then();
    }
    this.#now = end;
  }
}

/** Long enough for any chain of awaits in a driver; no timer, so it works under any clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
