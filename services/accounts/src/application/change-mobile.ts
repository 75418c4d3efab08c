import { TransientFault } from '@openswipe/kernel';
import { parseMobile } from '../domain/account.js';
import { refusal } from '../domain/accounts-errors.js';
import { boundMobileOf, removeMobile } from '../domain/mobile-binding.js';
import type { Accounts } from './ports.js';
import type { SendMobileCode } from './send-mobile-code.js';

const RACES_MAX = 20;

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
    for (let race = 0; race < RACES_MAX; race += 1) {
      const account = await this.accounts.find(accountId);
      if (!account) throw refusal.accountNotFound();
      const before = boundMobileOf(account);
      const { binding } = removeMobile(before);
      if (await this.accounts.bindMobile(accountId, before.binding.revision, undefined, binding)) return undefined;
    }
    throw new TransientFault('the number could not be removed');
  }
}
