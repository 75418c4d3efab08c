import { TransientFault } from '@openswipe/kernel';
import { transactionNotFound } from '../domain/transaction-errors.js';
import type { Move, Transaction } from '../domain/transaction.js';
import type { Change, TransactionStore } from './ports.js';

export interface Fact {
  readonly transactionId: string;
  readonly causationId: string;
}

/** A transaction has at most four moves, so a writer that loses more often than this has another trouble. */
const ROUNDS_MAX = 20;

/**
 * Applies a batch of facts, each transaction's in sequence, with one guarded write for each transaction that changes.
 * Throws `TRANSACTIONS.NOT_FOUND` (before any write), `TransientFault` when other writers keep winning.
 */
export async function moveTransactions<F extends Fact>(
  transactions: TransactionStore,
  facts: readonly F[],
  step: (transaction: Transaction, fact: F) => Move | undefined,
): Promise<void> {
  const byId = Map.groupBy(facts, ({ transactionId }) => transactionId);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const found = await transactions.load([...byId.keys()]);
    if (found.length < byId.size) throw transactionNotFound();
    const changes = found.flatMap((transaction) => changeOf(transaction, byId.get(transaction.id) ?? [], step));
    if (await transactions.save(changes)) return;
  }
  throw new TransientFault('the transactions are written by too many at once');
}

function changeOf<F extends Fact>(
  before: Transaction,
  facts: readonly F[],
  step: (transaction: Transaction, fact: F) => Move | undefined,
): readonly Change[] {
  let change: Change | undefined;
  for (const fact of facts) {
    const move = step(change?.transaction ?? before, fact);
    // One event at most: only the last move, into a final state, has one.
    if (move) change = { ...move, before, causationId: fact.causationId };
  }
  return change ? [change] : [];
}
