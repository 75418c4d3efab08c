import type { Clock } from '@openswipe/kernel';
import type { Deliveries } from './ports.js';

const DAY_MS = 24 * 3_600_000;
const BATCH = 500;
const BATCHES_MAX = 20;

/** Removes deliveries that ended long ago, a bounded number each time. What is still on its way stays. */
export class ForgetOldDeliveries {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly retentionDays: number,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.retentionDays * DAY_MS);
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      if ((await this.deliveries.deleteConcluded(before, BATCH)) < BATCH) return;
    }
  }
}
