import { type Clock, newId, Sensitive } from '@openswipe/kernel';
import type { Account } from '../domain/account.js';
import { refusal } from '../domain/accounts-errors.js';
import { aNewDelivery } from '../domain/delivery.js';
import { MOBILE_CODE_LIFETIME_MS, MOBILE_CODE_LIMITS, boundMobileOf, sendCode } from '../domain/mobile-binding.js';
import { writeMobileMessage } from '../domain/mobile-message.js';
import type { Accounts, Cipher, Deliveries, LogInTries, Random, TextMessages } from './ports.js';
import { sealTextMessage } from './text-message.js';
import { RACED, untilWritten } from './until-written.js';

/** Sends six digits to a number; who tells them back holds the phone [0060]. */
export class SendMobileCode {
  constructor(
    private readonly accounts: Accounts,
    private readonly deliveries: Deliveries,
    private readonly sent: LogInTries,
    private readonly textMessages: TextMessages,
    private readonly cipher: Cipher,
    private readonly random: Random,
    private readonly clock: Clock,
  ) {}

  /**
   * @param mobile E.164
   * @returns until when the code holds
   * Throws `ACCOUNTS.MOBILE_UNAVAILABLE`, `ACCOUNTS.MOBILE_CODE_TOO_OFTEN`, `ACCOUNTS.ACCOUNT_NOT_FOUND`.
   */
  async execute(accountId: string, mobile: string): Promise<Date> {
    if (!this.textMessages.isAvailable) throw refusal.mobileUnavailable();
    await this.#count(accountId, mobile);
    const code = new Sensitive(String(this.random.bytes(6).readUIntBE(0, 6) % 1_000_000).padStart(6, '0'));
    const now = this.clock.now();
    const { locale } = await this.#keep(accountId, mobile, code, now);
    const giveUpAt = new Date(now.getTime() + MOBILE_CODE_LIFETIME_MS);
    const id = newId('delivery');
    const text = new Sensitive(writeMobileMessage(code.reveal('text message'), locale));
    const body = sealTextMessage(id, { to: mobile, text }, this.cipher);
    const about = { channel: 'sms', eventType: 'account.mobile-code', orderId: '', recipientId: accountId } as const;
    await this.deliveries.insertNew([aNewDelivery({ id, ...about, body, giveUpAt }, now)]);
    return giveUpAt;
  }

  /** The short limit comes first: who is refused by it has not used up the long one. */
  async #count(accountId: string, mobile: string): Promise<void> {
    const next = { id: this.random.bytes(8).toString('hex'), at: this.clock.now() };
    for (const limit of MOBILE_CODE_LIMITS) {
      for (const whose of [accountId, mobile]) {
        const key = this.cipher.digest(whose, `mobile codes in ${limit.windowMs} ms`);
        const retryAfterSeconds = await this.sent.admit(key, next, limit);
        if (retryAfterSeconds !== undefined) throw refusal.mobileCodeTooOften(retryAfterSeconds);
      }
    }
  }

  async #keep(accountId: string, mobile: string, code: Sensitive<string>, now: Date): Promise<Account> {
    const hash = codeHashOf(code, accountId, mobile, this.cipher);
    return untilWritten('the code could not be kept', async () => {
      const account = await this.accounts.find(accountId);
      if (!account) throw refusal.accountNotFound();
      const before = boundMobileOf(account);
      const after = sendCode(before, mobile, hash, now);
      const { mobile: number, binding } = after;
      return (await this.accounts.bindMobile(accountId, before.binding.revision, number, binding)) ? account : RACED;
    });
  }
}

/** Six digits are soon guessed from a plain hash; this one has a key, and holds for one number of one account. */
export const codeHashOf = (code: Sensitive<string>, accountId: string, mobile: string, cipher: Cipher): string =>
  cipher.digest(code.reveal('hash it'), `${accountId}/mobile-code/${mobile}`);
