import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { type Logger, Loop } from '@openswipe/service-kit';
import type { ExpireOrders } from '../application/expire-orders.js';

export class ExpirySweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #loop: Loop;

  constructor(expiry: ExpireOrders, intervalSeconds: number, logger: Logger) {
    this.#loop = new Loop('expiry sweep', intervalSeconds * 1_000, () => expiry.execute(), logger);
  }

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#loop.stop();
  }
}
