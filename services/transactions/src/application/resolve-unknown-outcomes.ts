import type { Clock } from '@openswipe/kernel';
import { notAssessedInTime, notVerifiedInTime } from '../domain/transaction-errors.js';
import { assess, reject, type Transaction } from '../domain/transaction.js';
import type { TransactionStatus } from '../domain/transaction-status.js';
import type { Risk, TransactionStore } from './ports.js';

export interface SweepLimits {
  /** Age at which an unknown outcome is asked for, and pause between questions. */
  readonly unknownRetryMs: number;
  /** Age at which risk gives an unknown outcome up and reverses it. */
  readonly unknownLimitMs: number;
  /** Age at which a transaction in any other state on the way counts as stuck. */
  readonly stuckLimitMs: number;
}

export interface SweepReport {
  readonly asked: number;
  /** Age of the oldest unknown outcome; 0 = none. */
  readonly oldestUnknownMs: number;
  readonly unanswered: number;
  readonly rejected: readonly string[];
  readonly stuck: readonly { readonly id: string; readonly status: TransactionStatus }[];
}

/** Transactions of one state in one sweep, the oldest first. */
const SWEEP_MAX = 1_000;
const QUESTIONS_AT_ONCE = 50;
/** What is further ahead was written under a wrong clock, and has waited for who knows how long. */
const CLOCKS_DIFFER_MS = 60_000;

/**
 * Sees to it that every accepted transaction reaches a final state (DESIGN §4):
 * - unknown: risk is asked for the outcome; past the limit it reverses.
 * - stuck submitted: its record is lost to this service (dead letter) and only the record has the envelope. It is
 *   rejected, so that the order is free again. Safe at any time: risk has heard nothing of a submitted transaction.
 * - stuck verified or authorized: risk is asked, and says again what it knows, which sets the ledger going too. What
 *   risk never got it abandons, and it is reversed here; an authorized one is never given up: its money may have moved.
 */
export class ResolveUnknownOutcomes {
  constructor(
    private readonly transactions: TransactionStore,
    private readonly risk: Risk,
    private readonly clock: Clock,
    private readonly limits: SweepLimits,
  ) {}

  async execute(): Promise<SweepReport> {
    const now = this.clock.now();
    const { unknownRetryMs, unknownLimitMs, stuckLimitMs } = this.limits;
    const unknown = await this.#older('unknown', now, unknownRetryMs);
    const verified = await this.#older('verified', now, stuckLimitMs);
    const authorized = await this.#older('authorized', now, stuckLimitMs);
    const questions = [
      ...unknown.map((transaction) => ({ transaction, giveUp: ageMs(transaction, now) >= unknownLimitMs })),
      ...verified.map((transaction) => ({ transaction, giveUp: ageMs(transaction, now) >= 2 * stuckLimitMs })),
      ...authorized.map((transaction) => ({ transaction, giveUp: false })),
    ];
    return {
      asked: questions.length,
      oldestUnknownMs: Math.max(0, ...unknown.map((transaction) => ageMs(transaction, now))),
      unanswered: await this.#askAll(questions),
      rejected: await this.#rejectStuck(now),
      stuck: [...verified, ...authorized].map(({ id, status }) => ({ id, status })),
    };
  }

  #older(status: TransactionStatus, now: Date, ageMs: number): Promise<readonly Transaction[]> {
    const [since, ahead] = [new Date(now.getTime() - ageMs), new Date(now.getTime() + CLOCKS_DIFFER_MS)];
    return this.transactions.findOlder(status, since, ahead, SWEEP_MAX);
  }

  /** Gives how many stay open. One that risk cannot answer now must not keep the others from being asked. */
  async #askAll(questions: readonly { transaction: Transaction; giveUp: boolean }[]): Promise<number> {
    let unanswered = 0;
    for (let at = 0; at < questions.length; at += QUESTIONS_AT_ONCE) {
      const group = questions.slice(at, at + QUESTIONS_AT_ONCE);
      const answers = await Promise.allSettled(
        group.map(({ transaction, giveUp }) => this.risk.resolveAuthorization(transaction.id, giveUp)),
      );
      const abandoned = group.filter((_, i) => {
        const answer = answers[i];
        return answer?.status === 'fulfilled' && answer.value === 'abandoned';
      });
      await this.#reverse(abandoned.map(({ transaction }) => transaction));
      unanswered += answers.filter((answer) => answer.status === 'rejected' || answer.value === 'open').length;
    }
    return unanswered;
  }

  async #reverse(abandoned: readonly Transaction[]): Promise<void> {
    const now = this.clock.now();
    const { code, facts } = notAssessedInTime();
    const changes = abandoned.flatMap((before) => {
      const move = assess(before, { outcome: 'reversed', reason: { code, facts } }, now);
      return move ? [{ ...move, before, causationId: before.id }] : [];
    });
    await this.transactions.save(changes);
  }

  async #rejectStuck(now: Date): Promise<readonly string[]> {
    const stuck = await this.#older('submitted', now, this.limits.stuckLimitMs);
    const { code, facts } = notVerifiedInTime();
    await this.transactions.save(
      stuck.map((before) => ({ ...reject(before, { code, facts }, now), before, causationId: before.id })),
    );
    return stuck.map(({ id }) => id);
  }
}

function ageMs({ statusSince }: Transaction, now: Date): number {
  const age = now.getTime() - statusSince.getTime();
  return age < -CLOCKS_DIFFER_MS ? Number.MAX_SAFE_INTEGER : age;
}
