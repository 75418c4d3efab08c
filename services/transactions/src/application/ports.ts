import type { Pan, TransactionData } from '@openswipe/card';

import type { SealedCardData } from '../domain/card.js';
import type { HeldOrder } from '../domain/held-order.js';
import type { ReplayCounter } from '../domain/replay-counter.js';
import type { TerminalCounter } from '../domain/terminal-counter.js';
import type { Move, Reason, Transaction } from '../domain/transaction.js';
import type { TransactionStatus } from '../domain/transaction-status.js';
import type { CardInClear } from './open-card.js';

/** One write of one document: the state it starts from, the one it makes, and the event that goes out with it. */
export interface Change extends Move {
  readonly before: Transaction;
  /** The message that led to it. */
  readonly causationId: string;
}

export interface TransactionStore {
  /** Insert-first. Gives each transaction as it is now: new, or as far as an earlier delivery brought it. */
  insert(transactions: readonly Transaction[]): Promise<readonly Transaction[]>;
  load(ids: readonly string[]): Promise<readonly Transaction[]>;
  /** Writes each change guarded by the version it starts from. False: at least one lost to another writer. */
  save(changes: readonly Change[]): Promise<boolean>;
  /**
   * The oldest `limit` transactions that have had that status since before `since`, or that say so of a time after
   * `ahead`: a replica whose clock is wrong wrote them.
   */
  findOlder(status: TransactionStatus, since: Date, ahead: Date, limit: number): Promise<readonly Transaction[]>;
}

/** How far the counters of initial keys have come. */
export interface CounterStore<C extends ReplayCounter> {
  load(initialKeyIds: readonly string[]): Promise<readonly C[]>;
  /**
   * Writes each one guarded by the counter it starts from; `before` is undefined for one seen for the first time.
   * False: at least one lost to another writer.
   */
  save(changes: readonly { readonly before: C | undefined; readonly after: C }[]): Promise<boolean>;
}

export interface TerminalCounterStore extends CounterStore<TerminalCounter> {
  /** False when the initial key id is taken. */
  insert(counter: TerminalCounter): Promise<boolean>;
}

/** Keeps PANs; everybody else gets a token of random bits. The same PAN always has the same token. */
export interface CardVault {
  /** One token for each PAN, in the same order. */
  tokenise(pans: readonly Pan[]): Promise<readonly string[]>;
}

/** Enciphers for risk what only risk may read. */
export interface CardDataSealer {
  seal(transactionId: string, card: CardInClear, security: TransactionData['security']): SealedCardData;
}

export interface BeginPayment {
  readonly transactionId: string;
  readonly orderId: string;
  readonly accountId: string;
  readonly terminalId: string;
}

export type BeginPaymentResult = { readonly order: HeldOrder } | { readonly refusal: Reason };

export interface Orders {
  /** claimed → paying for each on its own, in one call; one result per item, in the same order. Safe to repeat. */
  beginPayments(items: readonly BeginPayment[]): Promise<readonly BeginPaymentResult[]>;
}

export interface BiometricCheck {
  readonly accountId: string;
  readonly terminalId: string;
  /** 32 bytes, one transaction's own. */
  readonly challenge: Uint8Array;
  /** WebAuthn, its JSON as text. */
  readonly assertion: string;
}

/** Both answers are the code of a refusal, or empty. Safe to repeat: the same question has the same answer. */
export interface Accounts {
  /** @param initialKeyId of a reader with keys of its own, 16 hex digits */
  checkReader(accountId: string, initialKeyId: string): Promise<string>;
  verifyBiometric(check: BiometricCheck): Promise<string>;
}

export interface Risk {
  /**
   * Asks for the outcome, which comes as an assessment once it is `known`. `abandoned`, with `giveUp` only: risk never
   * got the transaction and has promised never to authorize it.
   */
  resolveAuthorization(transactionId: string, giveUp: boolean): Promise<'known' | 'open' | 'abandoned'>;
}
