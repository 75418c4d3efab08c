import { DomainError } from '@openswipe/kernel';
import { refusal } from '../domain/accounts-errors.js';
import { parseEmailAddress } from '../domain/email-address.js';
import type { Accounts } from './ports.js';

/** The account that a shopper names at the checkout [0037]. */
export class ResolveAccount {
  constructor(private readonly accounts: Accounts) {}

  /** Throws `ACCOUNTS.ACCOUNT_NOT_FOUND`, also for what is no e-mail address. */
  async execute(email: string): Promise<string> {
    const account = await this.accounts.findByEmailKey(keyOf(email));
    if (!account) throw refusal.accountNotFound();
    return account.id;
  }
}

function keyOf(email: string): string {
  try {
    return parseEmailAddress(email).key;
  } catch (error) {
    throw error instanceof DomainError ? refusal.accountNotFound() : error;
  }
}
