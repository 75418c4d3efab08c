import { type BankAccount, type DesignatedBankAccount, last4Of } from '../domain/bank-account.js';
import type { Cipher } from './ports.js';

/** What may be kept of a bank account; the number opens for this payee only. */
export const designate = (account: BankAccount, payeeId: string, cipher: Cipher): DesignatedBankAccount => ({
  bankCode: account.bankCode,
  holder: account.holder,
  last4: last4Of(account),
  sealedNumber: cipher.seal(account.accountNumber, numberContext(payeeId)),
});

/** The bank account with its number, for payouts. */
export const reopen = (kept: DesignatedBankAccount, payeeId: string, cipher: Cipher): BankAccount => ({
  bankCode: kept.bankCode,
  holder: kept.holder,
  accountNumber: cipher.open(kept.sealedNumber, numberContext(payeeId)),
});

const numberContext = (payeeId: string): string => `${payeeId}/bank-account-number`;
