import type { Rule } from '../rule.js';

/** Entries are card tokens or BINs: the platform's own list, beside what issuers know. */
export const cardBlocklist =
  (entries: ReadonlySet<string>): Rule =>
  ({ request: { card } }) =>
    entries.has(card.token) || entries.has(card.bin)
      ? { from: 'card-blocklist', code: 'RISK.CARD_BLOCKED', facts: { reason: 'blocklist' } }
      : null;
