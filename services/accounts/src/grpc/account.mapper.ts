import type {
  Account as AccountMessage,
  BankAccount as BankAccountMessage,
  Payee as PayeeMessage,
  PostalAddress as PostalAddressMessage,
  Session as SessionMessage,
} from '@openswipe/contracts';
import type { Payee } from '../application/get-payee.js';
import type { Session } from '../application/open-session.js';
import type { Account } from '../domain/account.js';
import type { BankAccount } from '../domain/bank-account.js';
import type { PostalAddress } from '../domain/postal-address.js';

export const toAccountMessage = (account: Account): AccountMessage => ({
  id: account.id,
  email: account.email.address,
  displayName: account.displayName,
  mobile: account.mobile ?? '',
  locale: account.locale,
  createdAt: account.createdAt,
  mobileConfirmed: account.mobileBinding?.confirmed ?? false,
  postalAddress: account.postalAddress && toPostalAddressMessage(account.postalAddress),
});

export const toPostalAddressMessage = (address: PostalAddress): PostalAddressMessage => ({
  ...address,
  addressLines: [...address.addressLines],
});

export const toSessionMessage = (session: Session): SessionMessage => ({
  accountId: session.accountId,
  terminalId: session.terminalId ?? '',
  accessToken: session.accessToken,
  accessTokenExpiresAt: session.accessTokenExpiresAt,
  refreshToken: session.refreshToken,
  refreshTokenExpiresAt: session.refreshTokenExpiresAt,
});

export const toPayeeMessage = ({ id, name, bankAccount }: Payee): PayeeMessage => ({
  id,
  name,
  bankAccount: bankAccount && toBankAccountMessage(bankAccount),
});

const toBankAccountMessage = ({ bankCode, accountNumber, holder }: BankAccount): BankAccountMessage => ({
  bankCode,
  accountNumber: accountNumber.reveal('payout of the ledger'),
  holder,
});
