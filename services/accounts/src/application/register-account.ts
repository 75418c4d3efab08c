import { type Clock, DomainError, newId, type Sensitive, TransientFault } from '@openswipe/kernel';
import { type Account, parseLocale, parseMobile } from '../domain/account.js';
import { refusal } from '../domain/accounts-errors.js';
import { parseBankAccount } from '../domain/bank-account.js';
import { parseEmailAddress } from '../domain/email-address.js';
import { checkPassword } from '../domain/password.js';
import { type PostalAddress, parsePostalAddress } from '../domain/postal-address.js';
import { parseText } from '../domain/text-field.js';
import { designate } from './designate-bank-account.js';
import type { Accounts, Cipher, Passwords } from './ports.js';
import type { SendMobileCode } from './send-mobile-code.js';

export interface Registration {
  readonly email: string;
  readonly password: Sensitive<string>;
  readonly displayName: string;
  readonly mobile: string;
  readonly bankAccount?: { bankCode: string; accountNumber: string; holder: string } | undefined;
  readonly postalAddress?: PostalAddress | undefined;
  readonly locale: string;
}

/** CN102750632A [0058–0064]: the e-mail that receives bills is the account name. */
export class RegisterAccount {
  constructor(
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly cipher: Cipher,
    private readonly sendCode: SendMobileCode,
    private readonly clock: Clock,
  ) {}

  /** Throws `ACCOUNTS.FIELD_INVALID`, `ACCOUNTS.PASSWORD_TOO_WEAK`, `ACCOUNTS.EMAIL_TAKEN`. */
  async execute(registration: Registration): Promise<Account> {
    const email = parseEmailAddress(registration.email);
    checkPassword(registration.password, email);
    const id = newId('account');
    const parts = {
      displayName: parseText('displayName', registration.displayName, 64),
      mobile: parseMobile(registration.mobile),
      bankAccount: registration.bankAccount && designate(parseBankAccount(registration.bankAccount), id, this.cipher),
      postalAddress: registration.postalAddress && parsePostalAddress(registration.postalAddress),
    };
    // Before the slow hash: a taken name is the common refusal. The insert decides for those who race.
    if (await this.accounts.findByEmailKey(email.key)) throw refusal.emailTaken();
    const passwordHash = await this.passwords.hash(registration.password);
    const locale = parseLocale(registration.locale);
    const account: Account = { id, email, ...parts, locale, passwordHash, createdAt: this.clock.now() };
    if (!(await this.accounts.insert(account))) throw refusal.emailTaken();
    await this.#sendFirstCode(account);
    return account;
  }

  /** The account is there whether or not a code can be sent now; its holder may ask for one any time. */
  async #sendFirstCode({ id, mobile }: Account): Promise<void> {
    if (mobile === undefined) return;
    await this.sendCode.execute(id, mobile).catch((error: unknown) => {
      if (!(error instanceof DomainError) && !(error instanceof TransientFault)) throw error;
    });
  }
}
