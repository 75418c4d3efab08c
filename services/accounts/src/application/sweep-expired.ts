import type { Clock } from '@openswipe/kernel';
import type { LogInTries, SessionFamilies } from './ports.js';

/** Removes sessions that nobody can refresh any more and tries that no limit counts any more. */
export class SweepExpired {
  constructor(
    private readonly families: SessionFamilies,
    private readonly tries: LogInTries,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const now = this.clock.now();
    await Promise.all([this.families.deleteExpired(now), this.tries.deleteExpired(now)]);
  }
}
