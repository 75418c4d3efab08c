interface Waiting<I, O> {
  readonly item: I;
  readonly resolve: (output: O) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Turns many calls of one item into few calls of many: what comes while a run is under way, or in the same turn of the
 * event loop, goes together. So what arrives side by side shares one durable commit of the store; runs grow with the
 * load, and nobody waits for company.
 */
export class Coalescer<I, O = void> {
  readonly #waiting: Waiting<I, O>[] = [];
  #running = false;

  /**
   * @param runAll gives an output for each item, in their order, or none at all; where it throws, every item does
   * @param sizeMax of one run, summed by `sizeOf`; what is larger by itself goes alone
   */
  constructor(
    private readonly runAll: (items: readonly I[]) => Promise<readonly O[] | void>,
    private readonly sizeMax = Infinity,
    private readonly sizeOf: (item: I) => number = () => 1,
  ) {}

  run(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#next();
      try {
        const outputs = (await this.runAll(batch.map(({ item }) => item))) ?? [];
        batch.forEach(({ resolve }, at) => resolve(outputs[at] as O));
      } catch (error) {
        batch.forEach(({ reject }) => reject(error));
      }
    }
    this.#running = false;
  }

  #next(): Waiting<I, O>[] {
    let size = 0;
    const end = this.#waiting.findIndex(({ item }, at) => (size += this.sizeOf(item)) > this.sizeMax && at > 0);
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }
}
