import type { Money } from '@openswipe/kernel';

/** Every legal move of a payout. */
export const LEGAL_MOVES = {
  requested: ['sent'],
  sent: ['confirmed', 'returned'],
  confirmed: [],
  returned: [],
} as const;

export type PayoutStatus = keyof typeof LEGAL_MOVES;

export const PAYOUT_STATUSES = Object.keys(LEGAL_MOVES) as [PayoutStatus, ...PayoutStatus[]];

/** Money on its way to the payee's designated bank account [0080]. */
export interface Payout {
  readonly id: string;
  readonly payeeId: string;
  readonly amount: Money;
  readonly status: PayoutStatus;
  readonly bankCode: string;
  /** Last four characters of the bank account number; the number itself is not kept here. */
  readonly bankAccountLast4: string;
  readonly requestedAt: Date;
  readonly changedAt: Date;
}

export function movePayout(payout: Payout, status: PayoutStatus, at: Date): Payout {
  if (!(LEGAL_MOVES[payout.status] as readonly PayoutStatus[]).includes(status)) {
    throw new Error(`illegal move of a payout: ${payout.status} to ${status}`);
  }
  return { ...payout, status, changedAt: at };
}

/** After the bank gave money back, the same bank account is not tried again for this long. */
const RETURN_PAUSE_MS = 24 * 3_600_000;

/** False while a payout to this bank account came back lately: it would only come back again. */
export const mayPayTo = (bankCode: string, last4: string, lastReturned: Payout | undefined, at: Date): boolean =>
  lastReturned === undefined ||
  lastReturned.bankCode !== bankCode ||
  lastReturned.bankAccountLast4 !== last4 ||
  at.getTime() - lastReturned.changedAt.getTime() >= RETURN_PAUSE_MS;
