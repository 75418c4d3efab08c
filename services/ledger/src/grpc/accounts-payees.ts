import { AccountsClient } from '@openswipe/contracts';
import { DomainError, Sensitive } from '@openswipe/kernel';
import { RemoteService } from '@openswipe/service-kit';
import type { BankAccount, Payees } from '../application/ports.js';

/** `accounts` knows who designated which bank account. */
export class AccountsPayees implements Payees {
  readonly #accounts: RemoteService<AccountsClient>;

  constructor(address: string) {
    this.#accounts = new RemoteService(AccountsClient, address);
  }

  async bankAccountOf(payeeId: string): Promise<BankAccount | undefined> {
    try {
      const { bankAccount } = await this.#accounts.call.getPayee({ payeeId });
      if (!bankAccount?.accountNumber) return undefined;
      const { bankCode, accountNumber, holder } = bankAccount;
      return { bankCode, accountNumber: new Sensitive(accountNumber), holder };
    } catch (error) {
      // A payee that accounts does not know has no bank account; others must not wait for it.
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  }

  onModuleDestroy(): void {
    this.#accounts.close();
  }
}
