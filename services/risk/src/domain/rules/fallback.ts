import type { Rule } from '../rule.js';

export type FallbackPolicy = 'allow' | 'decline';

/** The stripe of a card that has a chip: whoever copied a stripe has no chip to show. Other cards are not meant. */
export const fallback =
  (policy: FallbackPolicy): Rule =>
  ({ card: { readFrom, serviceCode } }) =>
    policy === 'decline' && readFrom === 'stripe' && serviceCode.hasChip
      ? { from: 'fallback', code: 'RISK.FALLBACK_REFUSED', facts: {} }
      : null;
