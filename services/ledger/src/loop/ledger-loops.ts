import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { type Logger, Loop } from '@openswipe/service-kit';
import type { DrivePayouts } from '../application/drive-payouts.js';
import type { RequestPayouts } from '../application/request-payouts.js';
import type { SealEntries } from '../application/seal-entries.js';
import type { UpdateBalances } from '../application/update-balances.js';

/** Off the hot path: first the chain, then the balances that are read from it. */
export class Bookkeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #loop: Loop;

  constructor(sealing: SealEntries, balancing: UpdateBalances, intervalSeconds: number, logger: Logger) {
    const job = async (): Promise<void> => {
      await sealing.execute();
      await balancing.execute();
    };
    this.#loop = new Loop('bookkeeping', intervalSeconds * 1_000, job, logger);
  }

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#loop.stop();
  }
}

export class PayingOut implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #loop: Loop;

  constructor(requests: RequestPayouts, driving: DrivePayouts, intervalSeconds: number, logger: Logger) {
    const job = async (): Promise<void> => {
      await requests.execute();
      await driving.execute();
    };
    this.#loop = new Loop('payouts', intervalSeconds * 1_000, job, logger);
  }

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#loop.stop();
  }
}
