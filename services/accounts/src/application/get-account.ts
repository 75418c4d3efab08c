import type { Account } from '../domain/account.js';
import { refusal } from '../domain/accounts-errors.js';
import type { Accounts } from './ports.js';

export class GetAccount {
  constructor(private readonly accounts: Accounts) {}

  /** Throws `ACCOUNTS.ACCOUNT_NOT_FOUND`. */
  async execute(accountId: string): Promise<Account> {
    const account = await this.accounts.find(accountId);
    if (!account) throw refusal.accountNotFound();
    return account;
  }
}
