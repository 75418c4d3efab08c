import type { Clock, Sensitive } from '@openswipe/kernel';
import type { Account } from '../domain/account.js';
import { refusal } from '../domain/accounts-errors.js';
import { boundMobileOf, tryCode } from '../domain/mobile-binding.js';
import type { Accounts, Cipher } from './ports.js';
import { codeHashOf } from './send-mobile-code.js';
import { RACED, untilWritten } from './until-written.js';

/** Binds the number to the account [0060]: who knows the code holds the phone. */
export class ConfirmMobile {
  constructor(
    private readonly accounts: Accounts,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
  ) {}

  /**
   * Each try is counted before it is answered. The same right code again is fine.
   * Throws `ACCOUNTS.MOBILE_CODE_WRONG` (`facts.triesLeft`), `ACCOUNTS.MOBILE_CODE_EXPIRED`,
   * `ACCOUNTS.ACCOUNT_NOT_FOUND`.
   */
  async execute(accountId: string, code: Sensitive<string>): Promise<Account> {
    return untilWritten('the code could not be checked', async () => {
      const account = await this.accounts.find(accountId);
      if (!account) throw refusal.accountNotFound();
      const before = boundMobileOf(account);
      const hash = codeHashOf(code, accountId, before.binding.code?.mobile ?? '', this.cipher);
      const { verdict, after } = tryCode(before, hash, this.clock.now());
      if (verdict === 'expired') throw refusal.mobileCodeExpired();
      if (verdict === 'repeated') return account;
      const { mobile, binding } = after;
      if (!(await this.accounts.bindMobile(accountId, before.binding.revision, mobile, binding))) return RACED;
      if (verdict === 'wrong') throw refusal.mobileCodeWrong(binding.code?.triesLeft ?? 0);
      return { ...account, mobile, mobileBinding: binding };
    });
  }
}
