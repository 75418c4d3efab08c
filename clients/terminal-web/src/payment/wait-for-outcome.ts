import { codeOf, factsOf, isTransient, Problem } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import { isFinal, type Transaction } from '../gateway/transaction.js';
import { exclusively } from '../store/exclusively.js';
import type { Submission, SubmissionStorage } from './submission.js';

/** How a submission ended. `refused`: the gateway did not take it, so there never was a transaction. */
export type Outcome =
  | { readonly kind: 'settled'; readonly transaction: Transaction }
  | {
      readonly kind: 'declined' | 'rejected' | 'reversed' | 'refused';
      readonly reasonCode: string;
      readonly facts: Readonly<Record<string, string>>;
    };

/** `unreachable`: no answer from the gateway at the moment; `unknown`: the platform is still asking the issuer. */
export type WaitingState = 'sending' | 'processing' | 'unknown' | 'unreachable';

export interface WaitOptions {
  readonly signal?: AbortSignal;
  readonly onState?: (state: WaitingState) => void;
  /** Push: calls its listener with the id of a transaction that has news. Without it, asking alone finds the end. */
  readonly hints?: (listener: (transactionId: string) => void) => () => void;
}

const FIRST_DELAY_MS = 400;
const DELAY_MAX_MS = 5_000;
/** A transaction nobody knows after so many questions is sent again: the same bytes are the same transaction. */
const QUESTIONS_BEFORE_RESEND = 12;

/**
 * Sends a stored submission, as often as needed, and waits for its end. The transaction as read is the truth, push only
 * makes it ask sooner. The caller removes the submission once it has dealt with the outcome. Rejects when aborted and
 * when the session ends.
 */
export async function waitForOutcome(
  api: TerminalApi,
  storage: SubmissionStorage,
  submission: Submission,
  options: WaitOptions = {},
): Promise<Outcome> {
  const waiter = new Waiter(options);
  try {
    for (;;) {
      const sent = await send(api, storage, submission, waiter);
      if (typeof sent !== 'string') return sent;
      const found = await follow(api, sent, waiter);
      if (found) return outcomeOf(found);
    }
  } finally {
    waiter.stop();
  }
}

async function send(
  api: TerminalApi,
  storage: SubmissionStorage,
  stored: Submission,
  waiter: Waiter,
): Promise<string | Outcome> {
  waiter.tell('sending');
  for (;;) {
    try {
      const { transactionId } = await api.submit(stored.body);
      await acknowledge(storage, stored, transactionId);
      waiter.follow(transactionId);
      return transactionId;
    } catch (error) {
      if (isSessionEnd(error)) throw error;
      if (!isTransient(error)) return { kind: 'refused', reasonCode: codeOf(error), facts: factsOf(error) };
      waiter.tell('unreachable');
      await waiter.pause();
    }
  }
}

/** Says nothing about the transaction: it stays stored, and goes on after the next log-in. */
export const isSessionEnd = (error: unknown): boolean => error instanceof Problem && error.status === 401;

/** Not if another page has dealt with the outcome meanwhile: it would come back from the dead. */
function acknowledge(storage: SubmissionStorage, stored: Submission, transactionId: string): Promise<void> {
  return exclusively(`payment:${stored.order.id}`, async () => {
    const current = await storage.get(stored.order.id);
    if (current?.body.tag !== stored.body.tag) return;
    await storage.put(stored.order.id, stored.accountId, { ...stored, transactionId });
  });
}

/** Undefined when the platform still does not know the transaction. */
async function follow(api: TerminalApi, id: string, waiter: Waiter): Promise<Transaction | undefined> {
  for (let unseen = 0; unseen < QUESTIONS_BEFORE_RESEND;) {
    try {
      const transaction = await api.transaction(id);
      if (transaction && isFinal(transaction)) return transaction;
      if (!transaction) unseen += 1;
      waiter.tell(transaction?.status === 'unknown' ? 'unknown' : 'processing');
    } catch (error) {
      if (!isTransient(error)) throw error;
      waiter.tell('unreachable');
    }
    await waiter.pause();
  }
  return undefined;
}

function outcomeOf(transaction: Transaction): Outcome {
  const { status, reasonCode = 'RISK.DECLINED_BY_ISSUER', facts = {} } = transaction;
  if (status === 'settled') return { kind: 'settled', transaction };
  return { kind: status === 'declined' || status === 'reversed' ? status : 'rejected', reasonCode, facts };
}

/** Pauses that grow, and that a hint about the transaction, a return of the network or an abort cuts short. */
class Waiter {
  readonly #options: WaitOptions;
  readonly #unsubscribe: (() => void) | undefined;
  #transactionId: string | undefined;
  #hinted = false;
  #wake: () => void = () => undefined;
  #delayMs = FIRST_DELAY_MS;

  constructor(options: WaitOptions) {
    this.#options = options;
    this.#unsubscribe = options.hints?.((id) => {
      if (id !== this.#transactionId) return;
      this.#hinted = true;
      this.#wake();
    });
  }

  follow(transactionId: string): void {
    this.#transactionId = transactionId;
    this.#delayMs = FIRST_DELAY_MS;
  }

  tell(state: WaitingState): void {
    this.#options.onState?.(state);
  }

  async pause(): Promise<void> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    if (!this.#hinted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#delayMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
        signal?.addEventListener('abort', this.#wake, { once: true });
      });
      signal?.removeEventListener('abort', this.#wake);
    }
    this.#hinted = false;
    this.#delayMs = Math.min(this.#delayMs * 1.5, DELAY_MAX_MS);
    signal?.throwIfAborted();
  }

  stop(): void {
    this.#unsubscribe?.();
  }
}
