import { AccountApi, type ReaderModel } from '../gateway/account-api.js';
import { Problem } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import type { TextStorage } from './device-session.js';
import { WISHES } from './wishes-key.js';

/** What somebody asked for while registering, and what needs the terminal that is enrolled right after. No secret. */
export interface RegistrationWishes {
  readonly accountName: string;
  readonly model?: ReaderModel;
  /** A code is on its way to the number. */
  readonly mobile: boolean;
  /** Of the application for the reader: sent twice, it is one. */
  readonly idempotencyKey: string;
}

export function keepWishes(texts: TextStorage, wishes: RegistrationWishes): void {
  if (wishes.model || wishes.mobile) texts.setItem(WISHES, JSON.stringify(wishes));
}

/**
 * Applies for the reader, once.
 * @returns the page to go on with; undefined when there was nothing to fulfil for this account. Throws TransientFault
 * and transient Problems: the wishes are kept then, and fulfilled at the next start.
 */
export async function fulfilWishes(
  api: TerminalApi,
  texts: TextStorage,
  accountName: string,
): Promise<'mobile' | 'readers' | undefined> {
  const kept = texts.getItem(WISHES);
  const wishes = kept === null ? undefined : (JSON.parse(kept) as RegistrationWishes);
  if (wishes?.accountName !== accountName) return undefined;
  const { model, mobile, idempotencyKey } = wishes;
  if (model) {
    await new AccountApi(api).applyForReader({ model }, idempotencyKey).catch((error: unknown) => {
      // Refused for good: the page of the readers shows that there is none, and offers to apply.
      if (!(error instanceof Problem) || error.isTransient) throw error;
    });
  }
  texts.removeItem(WISHES);
  return mobile ? 'mobile' : 'readers';
}
