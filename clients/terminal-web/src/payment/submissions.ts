import { signal } from '@preact/signals';
import type { TerminalApi } from '../gateway/terminal-api.js';
import { recordOf, type PaymentRecord, type RecordStorage } from '../records/payment-record.js';
import { shownWith, type Submission, type SubmissionStorage } from './submission.js';
import { isSessionEnd, waitForOutcome, type Outcome, type WaitingState, type WaitOptions } from './wait-for-outcome.js';

export interface Followed {
  readonly submission: Submission;
  readonly state: WaitingState;
  readonly outcome?: Outcome;
  /** Of a settled one. */
  readonly record?: PaymentRecord;
}

/**
 * All transactions of this terminal that are on their way, by order. They go on whatever page is open, and after a
 * reload from where they were, so that "did it go through?" is always answered here.
 */
export class Submissions {
  readonly followed = signal<ReadonlyMap<string, Followed>>(new Map());
  #stop = new AbortController();

  constructor(
    private readonly api: TerminalApi,
    private readonly storage: SubmissionStorage,
    private readonly records: RecordStorage,
    private readonly hints: NonNullable<WaitOptions['hints']>,
  ) {}

  async resume(accountId: string): Promise<void> {
    for (const submission of await this.storage.all(accountId)) this.follow(submission);
  }

  follow(submission: Submission): void {
    const { id } = submission.order;
    if (this.followed.value.get(id)?.outcome === undefined && this.followed.value.has(id)) return;
    this.#set(id, { submission, state: 'sending' });
    void this.#conclude(submission, this.#stop.signal);
  }

  /** The page is done with the outcome; another try may begin. */
  dismiss(orderId: string): void {
    if (this.followed.value.get(orderId)?.outcome === undefined) return;
    const rest = new Map(this.followed.value);
    rest.delete(orderId);
    this.followed.value = rest;
  }

  /** At log-out: what is on its way stays stored and goes on at the next log-in. */
  stop(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.followed.value = new Map();
  }

  async #conclude(submission: Submission, signal: AbortSignal): Promise<void> {
    const { id } = submission.order;
    const onState = (state: WaitingState): void => {
      if (!signal.aborted) this.#set(id, { submission, state });
    };
    try {
      const outcome = await waitForOutcome(this.api, this.storage, submission, { signal, onState, hints: this.hints });
      const settled =
        outcome.kind === 'settled' ? recordOf(shown(submission, outcome), outcome.transaction) : undefined;
      // The record first: if this device stops between the two, the outcome is asked for again and the record made.
      if (settled) await this.records.put(settled.transactionId, submission.accountId, settled);
      await this.storage.remove(id);
      if (signal.aborted) return;
      this.#set(id, { submission, state: 'processing', outcome, ...(settled ? { record: settled } : {}) });
    } catch (error) {
      if (signal.aborted) return;
      onState('unreachable');
      if (!isSessionEnd(error)) throw error;
    }
  }

  #set(orderId: string, followed: Followed): void {
    this.followed.value = new Map(this.followed.value).set(orderId, followed);
  }
}

const shown = (submission: Submission, { transaction }: Extract<Outcome, { kind: 'settled' }>): Submission => ({
  ...submission,
  card: shownWith(submission.card, transaction.card),
});
