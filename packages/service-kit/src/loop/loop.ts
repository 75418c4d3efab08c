import { describeError } from '../faults.js';
import type { Logger } from '../logging/logger.js';

/** Runs a job again and again, `intervalMs` after its last end, never twice at once. A failed run is only logged. */
export class Loop {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(
    private readonly name: string,
    private readonly intervalMs: number,
    private readonly job: () => Promise<unknown>,
    private readonly logger: Logger,
  ) {}

  start(): this {
    this.#schedule(this.intervalMs);
    return this;
  }

  /** Runs as soon as possible instead of waiting for the interval. */
  nudge(): void {
    if (!this.#running && !this.#stopped) this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        this.#schedule(this.intervalMs);
      });
    }, delayMs);
  }

  async #run(): Promise<void> {
    try {
      await this.job();
    } catch (error) {
      this.logger.warn({ loop: this.name, error: describeError(error) }, 'loop run failed; it runs again');
    }
  }
}
