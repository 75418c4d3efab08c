import type { TryLimit } from './log-in-tries.js';

export const MOBILE_CODE_LIFETIME_MS = 600_000;
const TRIES_MAX = 5;
/** Codes sent, of one account and to one number: nobody is to be flooded, and each costs money. */
export const MOBILE_CODE_LIMITS: readonly TryLimit[] = [
  { countMax: 1, windowMs: 60_000 },
  { countMax: 5, windowMs: 24 * 3_600_000 },
];

/** Six digits on their way to a number. Only a keyed hash of them is kept. */
export interface MobileCode {
  readonly mobile: string;
  readonly hash: string;
  readonly expiresAt: Date;
  readonly triesLeft: number;
  /** Kept after use: the same code again is the answer that was lost on its way. */
  readonly usedAt?: Date | undefined;
}

/** How far the mobile number of an account is bound [0060]. */
export interface MobileBinding {
  readonly confirmed: boolean;
  readonly code?: MobileCode | undefined;
  /** Grows with each change: the guard of the next. 0: never written. */
  readonly revision: number;
}

export interface BoundMobile {
  readonly mobile?: string | undefined;
  readonly binding: MobileBinding;
}

/** The number and its binding, wherever the account has come from. */
export const boundMobileOf = (account: {
  readonly mobile?: string | undefined;
  readonly mobileBinding?: MobileBinding | undefined;
}): BoundMobile => ({
  mobile: account.mobile,
  binding: account.mobileBinding ?? { confirmed: false, revision: 0 },
});

/** A new code replaces the last. A confirmed number stays until the new one is confirmed too. */
export function sendCode({ mobile, binding }: BoundMobile, next: string, hash: string, now: Date): BoundMobile {
  const expiresAt = new Date(now.getTime() + MOBILE_CODE_LIFETIME_MS);
  const code: MobileCode = { mobile: next, hash, expiresAt, triesLeft: TRIES_MAX };
  return { mobile: binding.confirmed ? mobile : next, binding: { ...binding, code, revision: binding.revision + 1 } };
}

export const removeMobile = ({ binding: { revision } }: BoundMobile): BoundMobile => ({
  binding: { confirmed: false, revision: revision + 1 },
});

export type CodeVerdict = 'confirmed' | 'repeated' | 'wrong' | 'expired';

/** What a code is worth, and the number after this try. Five wrong ones end a code. */
export function tryCode(bound: BoundMobile, hash: string, now: Date): { verdict: CodeVerdict; after: BoundMobile } {
  const { binding } = bound;
  const { code } = binding;
  if (!code || code.expiresAt <= now || code.triesLeft === 0) return { verdict: 'expired', after: bound };
  const matches = code.hash === hash;
  if (code.usedAt) return { verdict: matches ? 'repeated' : 'expired', after: bound };
  const revision = binding.revision + 1;
  if (matches) {
    const after = { mobile: code.mobile, binding: { confirmed: true, code: { ...code, usedAt: now }, revision } };
    return { verdict: 'confirmed', after };
  }
  const tried = { ...code, triesLeft: code.triesLeft - 1 };
  return { verdict: 'wrong', after: { ...bound, binding: { ...binding, code: tried, revision } } };
}
