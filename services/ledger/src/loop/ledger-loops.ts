import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { gauge, type Logger, Loop } from '@openswipe/service-kit';
import type { DrivePayouts } from '../application/drive-payouts.js';
import type { MeasureImbalance } from '../application/measure-imbalance.js';
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

const MEASURING_INTERVAL_MS = 15_000;

const imbalance = gauge(
  'openswipe_ledger_imbalance_minor',
  'Assets less liabilities of all balances, minor units; anything but 0 that stays is a broken promise',
  'currency',
);

export class Measuring implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #loop: Loop;

  constructor(measuring: MeasureImbalance, logger: Logger) {
    const job = async (): Promise<void> => {
      for (const [currency, minor] of await measuring.execute()) imbalance.set({ currency }, Number(minor));
    };
    this.#loop = new Loop('imbalance', MEASURING_INTERVAL_MS, job, logger);
  }

  onApplicationBootstrap(): void {
    this.#loop.start().nudge();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#loop.stop();
  }
}
