import type { Clock } from '@openswipe/kernel';
import type { BiometricChallenges, LogInTries, SessionFamilies } from './ports.js';

/** Removes sessions that nobody can refresh, tries that no limit counts, challenges that nobody can answer. */
export class SweepExpired {
  constructor(
    private readonly families: SessionFamilies,
    private readonly tries: LogInTries,
    private readonly challenges: BiometricChallenges,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const now = this.clock.now();
    await Promise.all([this.families, this.tries, this.challenges].map((kept) => kept.deleteExpired(now)));
  }
}
