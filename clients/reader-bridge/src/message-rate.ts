/** How many messages a page may send: `burst` at once, then `perSecond`. */
export class MessageRate {
  #left: number;
  #lastMs: number;

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    private readonly nowMs: () => number,
  ) {
    this.#left = burst;
    this.#lastMs = nowMs();
  }

  allows(): boolean {
    const now = this.nowMs();
    this.#left = Math.min(this.burst, this.#left + ((now - this.#lastMs) / 1_000) * this.perSecond);
    this.#lastMs = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
