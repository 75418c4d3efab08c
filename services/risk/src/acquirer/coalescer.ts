interface Waiting<I, O> {
  readonly item: I;
  readonly resolve: (output: O) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Turns many calls of one item into few calls of many: what comes while a run is under way, or in the same turn of the
 * event loop, goes together. So requests that arrive side by side share one durable commit of the store.
 */
export class Coalescer<I, O> {
  #waiting: Waiting<I, O>[] = [];
  #running = false;

  /** @param runAll gives an output for each item, in their order; where it throws, every one of them does. */
  constructor(private readonly runAll: (items: readonly I[]) => Promise<readonly O[]>) {}

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
      const batch = this.#waiting.splice(0);
      try {
        const outputs = await this.runAll(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, at) => resolve(outputs[at] as O));
      } catch (error) {
        batch.forEach(({ reject }) => reject(error));
      }
    }
    this.#running = false;
  }
}
