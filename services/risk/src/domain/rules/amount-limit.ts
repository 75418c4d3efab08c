import type { Rule } from '../rule.js';

/** One number of minor units for every currency. */
export const amountLimit =
  (limitMinor: bigint): Rule =>
  ({ request: { amount } }) =>
    amount.amountMinor <= limitMinor
      ? null
      : {
          from: 'amount-limit',
          code: 'RISK.AMOUNT_LIMIT',
          facts: { limitMinor: limitMinor.toString(), currency: amount.currency },
        };
