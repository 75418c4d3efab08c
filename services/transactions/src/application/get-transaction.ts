import { transactionNotFound } from '../domain/transaction-errors.js';
import type { Transaction } from '../domain/transaction.js';
import type { TransactionStore } from './ports.js';

export class GetTransaction {
  constructor(private readonly transactions: TransactionStore) {}

  /** Throws `TRANSACTIONS.NOT_FOUND`, also to everybody but the owner. */
  async execute(transactionId: string, accountId: string): Promise<Transaction> {
    const [transaction] = await this.transactions.load([transactionId]);
    if (transaction?.accountId !== accountId) throw transactionNotFound();
    return transaction;
  }
}
