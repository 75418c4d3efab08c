import { parseMobile } from '../domain/account.js';
import { refusal } from '../domain/accounts-errors.js';
import { boundMobileOf, removeMobile } from '../domain/mobile-binding.js';
import type { Accounts } from './ports.js';
import type { SendMobileCode } from './send-mobile-code.js';
import { RACED, untilWritten } from './until-written.js';

/** Names another mobile number, or none. */
export class ChangeMobile {
  constructor(
    private readonly accounts: Accounts,
    private readonly sendCode: SendMobileCode,
  ) {}

  /**
   * @returns until when the code holds; nothing where the number was removed
   * Throws `ACCOUNTS.FIELD_INVALID`, `ACCOUNTS.ACCOUNT_NOT_FOUND`, `ACCOUNTS.MOBILE_UNAVAILABLE`,
   * `ACCOUNTS.MOBILE_CODE_TOO_OFTEN`.
   */
  async execute(accountId: string, mobile: string): Promise<Date | undefined> {
    const number = parseMobile(mobile);
    if (number !== undefined) return this.sendCode.execute(accountId, number);
    return untilWritten('the number could not be removed', async () => {
      const account = await this.accounts.find(accountId);
      if (!account) throw refusal.accountNotFound();
      const before = boundMobileOf(account);
      const { binding } = removeMobile(before);
      const isWritten = await this.accounts.bindMobile(accountId, before.binding.revision, undefined, binding);
      return isWritten ? undefined : RACED;
    });
  }
}
