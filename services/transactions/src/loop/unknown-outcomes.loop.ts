import { gauge, Loop, type Logger } from '@openswipe/service-kit';
import type { ResolveUnknownOutcomes } from '../application/resolve-unknown-outcomes.js';

const oldestUnknown = gauge(
  'openswipe_transactions_unknown_oldest_seconds',
  'Age of the oldest transaction without an outcome; 0 = none',
);

/** Runs the sweep, and makes visible what it found: a stuck transaction has an alert and a runbook on these lines. */
export class UnknownOutcomesLoop {
  readonly #loop: Loop;

  constructor(
    private readonly resolve: ResolveUnknownOutcomes,
    intervalMs: number,
    private readonly logger: Logger,
  ) {
    this.#loop = new Loop('resolve unknown outcomes', intervalMs, () => this.run(), logger);
  }

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  private async run(): Promise<void> {
    const { asked, oldestUnknownMs, unanswered, rejected, stuck } = await this.resolve.execute();
    oldestUnknown.set(oldestUnknownMs / 1_000);
    if (asked > 0) this.logger.info({ asked, unanswered }, 'outcomes asked for');
    if (rejected.length > 0) this.logger.warn({ transactionIds: rejected }, 'stuck submitted transactions rejected');
    if (stuck.length > 0)
      this.logger.warn({ stuck: stuck.slice(0, 20), count: stuck.length }, 'transactions are stuck');
  }
}
