import type { Payout } from '../domain/payout.js';
import type { Payouts } from './ports.js';

export class ListPayouts {
  constructor(private readonly payouts: Payouts) {}

  /** Newest first, at most 100. */
  async execute(payeeId: string): Promise<readonly Payout[]> {
    return this.payouts.listOfPayee(payeeId);
  }
}
