import { refusal } from '../domain/accounts-errors.js';
import type { BankAccount } from '../domain/bank-account.js';
import { reopen } from './designate-bank-account.js';
import type { Accounts, Cipher, Merchants } from './ports.js';

export interface Payee {
  readonly id: string;
  readonly name: string;
  readonly bankAccount?: BankAccount | undefined;
}

/** Who is to be paid, and where: the one place where a bank account number is opened again [0080]. */
export class GetPayee {
  constructor(
    private readonly accounts: Accounts,
    private readonly merchants: Merchants,
    private readonly cipher: Cipher,
  ) {}

  /** Throws `ACCOUNTS.PAYEE_NOT_FOUND`. */
  async execute(payeeId: string): Promise<Payee> {
    const merchant = payeeId.startsWith('mer_') ? await this.merchants.find(payeeId) : undefined;
    const account = payeeId.startsWith('acc_') ? await this.accounts.find(payeeId) : undefined;
    const name = merchant?.name ?? account?.displayName;
    if (name === undefined) throw refusal.payeeNotFound();
    const kept = merchant?.bankAccount ?? account?.bankAccount;
    return { id: payeeId, name, bankAccount: kept && reopen(kept, payeeId, this.cipher) };
  }
}
