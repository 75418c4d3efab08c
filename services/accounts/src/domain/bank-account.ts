import { Sensitive } from '@openswipe/kernel';
import { refusal } from './accounts-errors.js';
import { parseText } from './text-field.js';

const BANK_CODE = /^[A-Z0-9]{3,14}$/; // national code (CNAPS has 12 digits, ABA 9) or BIC (ISO 9362)
const ACCOUNT_NUMBER = /^[A-Z0-9]{4,34}$/; // 34: the longest IBAN (ISO 13616)

/** Where the payee's money goes [0062]; as its owner gave it. */
export interface BankAccount {
  readonly bankCode: string;
  readonly accountNumber: Sensitive<string>;
  readonly holder: string;
}

/** What is kept: the number sealed, its last four in clear. */
export interface DesignatedBankAccount {
  readonly bankCode: string;
  readonly holder: string;
  readonly last4: string;
  readonly sealedNumber: string;
}

/** Spaces and hyphens are how people group digits; they carry no meaning. Throws `ACCOUNTS.FIELD_INVALID`. */
export function parseBankAccount(raw: { bankCode: string; accountNumber: string; holder: string }): BankAccount {
  const bankCode = compact(raw.bankCode);
  const accountNumber = compact(raw.accountNumber);
  if (!BANK_CODE.test(bankCode)) throw refusal.fieldInvalid('bankAccount.bankCode', '3 to 14 letters and digits');
  if (!ACCOUNT_NUMBER.test(accountNumber)) {
    throw refusal.fieldInvalid('bankAccount.accountNumber', '4 to 34 letters and digits');
  }
  const holder = parseText('bankAccount.holder', raw.holder, 140);
  return { bankCode, accountNumber: new Sensitive(accountNumber), holder };
}

export const last4Of = ({ accountNumber }: BankAccount): string => accountNumber.reveal('last four digits').slice(-4);

const compact = (text: string): string => text.replaceAll(/[\s-]/g, '').toUpperCase();
