import type { Reason } from './assessment.js';
import type { Rule, RuleSubject } from './rule.js';
import { amountLimit } from './rules/amount-limit.js';
import { cardBlocklist } from './rules/card-blocklist.js';
import { fallback, type FallbackPolicy } from './rules/fallback.js';
import { velocity } from './rules/velocity.js';

export interface RuleLimits {
  readonly amountLimitMinor: bigint;
  /** Transactions in one window; 0 = no limit. */
  readonly velocityMax: { readonly card: number; readonly account: number };
  readonly velocityWindowMs: number;
  /** Card tokens or BINs. */
  readonly blocklist: ReadonlySet<string>;
  readonly fallback: FallbackPolicy;
}

/** Raise it with every change to a rule: it is kept with each assessment, with the limits of its day in the facts. */
export const RULE_VERSION = 'rules-2';

/** The rules in the order in which their reasons count: the first one is the decline's. */
export class RuleBook {
  readonly #rules: readonly Rule[];

  constructor({ amountLimitMinor, velocityMax, velocityWindowMs, blocklist, ...more }: RuleLimits) {
    this.#rules = [
      cardBlocklist(blocklist),
      fallback(more.fallback),
      amountLimit(amountLimitMinor),
      velocity('card', velocityMax.card, velocityWindowMs),
      velocity('account', velocityMax.account, velocityWindowMs),
    ];
  }

  /** Every reason against the transaction; empty = none. */
  reasonsAgainst(subject: RuleSubject): readonly Reason[] {
    return this.#rules.flatMap((rule) => rule(subject) ?? []);
  }
}
