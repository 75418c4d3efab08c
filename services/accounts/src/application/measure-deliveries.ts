import { counter, gauge } from '@openswipe/service-kit';
import type { Clock } from '@openswipe/kernel';
import { CHANNELS, type Delivery } from '../domain/delivery.js';
import type { Deliveries } from './ports.js';

const tried = counter(
  'openswipe_deliveries_tried_total',
  'Attempts to deliver; queued = failed for now, failed = given up',
  'channel',
  'outcome',
);
const oldest = gauge(
  'openswipe_deliveries_oldest_seconds',
  'How long the oldest delivery of a channel has been on its way; 0 = nothing waits',
  'channel',
);

export const countAttempt = ({ channel, status }: Delivery): void => tried.inc({ channel, outcome: status });

/** What waits for its recipient, for the alert that somebody has not heard for too long. */
export class MeasureDeliveries {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    for (const channel of CHANNELS) {
      const since = await this.deliveries.oldestQueued(channel);
      oldest.set({ channel }, since ? (this.clock.now().getTime() - since.getTime()) / 1_000 : 0);
    }
  }
}
