import type { Money } from '@openswipe/kernel';

/** What is to be assessed: a verified transaction without its card data. */
export interface AssessmentRequest {
  readonly transactionId: string;
  readonly orderId: string;
  /** The account whose terminal read the card. */
  readonly accountId: string;
  readonly terminalId: string;
  readonly payeeId: string;
  readonly amount: Money;
  readonly card: { readonly token: string; readonly bin: string; readonly last4: string };
  /** When `transactions` verified it: the time that velocity windows go by, so a redelivery falls in the same one. */
  readonly verifiedAt: Date;
  /** Event id of the record that asked for the assessment. */
  readonly causationId: string;
}

export interface Approved {
  readonly kind: 'approved';
  readonly authorizationCode: string;
  readonly issuerReference: string;
}

/** A "no" of the rules, of the PIN check or of the issuer: an outcome, not an error. */
export interface Declined {
  readonly kind: 'declined';
  readonly reasonCode: ReasonCode;
  readonly facts: Readonly<Record<string, string>>;
}

/** No answer from the issuer: resolved by query, then reversal; never left. */
export interface Unknown {
  readonly kind: 'unknown';
}

/** Undone, because no answer could be had. */
export interface Reversed {
  readonly kind: 'reversed';
  readonly reasonCode: ReasonCode;
}

export type Outcome = Approved | Declined | Unknown | Reversed;

/** Every reason that this room gives; clients switch on it. */
export const REASON_CODES = [
  'RISK.AMOUNT_LIMIT',
  'RISK.BIOMETRIC_REQUIRED',
  'RISK.CARD_BLOCKED',
  'RISK.CARD_EXPIRED',
  'RISK.CARD_UNKNOWN',
  'RISK.CRYPTOGRAM_REPLAYED',
  'RISK.CRYPTOGRAM_WRONG',
  'RISK.DECLINED_BY_CARD',
  'RISK.DECLINED_BY_ISSUER',
  'RISK.FALLBACK_REFUSED',
  'RISK.INSUFFICIENT_FUNDS',
  'RISK.ISSUER_UNAVAILABLE',
  'RISK.PIN_PAD_UNKNOWN',
  'RISK.PIN_REQUIRED',
  'RISK.PIN_WRONG',
  'RISK.SIGNATURE_REQUIRED',
  'RISK.VELOCITY',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

/** Why an outcome is what it is, for whoever asks later: who said it, the code and the facts. Never card data. */
export interface Reason {
  /** Name of the rule, `card`, `check`, `pin`, `issuer` or `reversal`. */
  readonly from: string;
  readonly code: ReasonCode;
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * `received` and `unknown` wait for an outcome; `reversing` waits for the authorizer to confirm a reversal, whatever
 * else answers meanwhile; `abandoned` is a transaction given up before risk ever heard of it. The rest are final.
 */
export type AssessmentStatus = 'received' | 'abandoned' | 'reversing' | Outcome['kind'];

const MOVES: Readonly<Record<AssessmentStatus, readonly AssessmentStatus[]>> = {
  received: ['approved', 'declined', 'unknown', 'reversing'],
  unknown: ['approved', 'declined', 'reversing'],
  reversing: ['reversing', 'reversed'],
  abandoned: ['reversed'],
  approved: [],
  declined: [],
  reversed: [],
};

/** The states from which `to` may be reached: the guard of the write that makes the move. */
export const statesBefore = (to: AssessmentStatus): readonly AssessmentStatus[] =>
  (Object.keys(MOVES) as AssessmentStatus[]).filter((from) => MOVES[from].includes(to));

/** True where nothing can change any more. */
export const isFinal = (status: AssessmentStatus): boolean => MOVES[status].length === 0;

export const declined = (reasonCode: ReasonCode, facts: Readonly<Record<string, string>> = {}): Declined => ({
  kind: 'declined',
  reasonCode,
  facts,
});

/** What risk says of one transaction, with the version of the rules that it was judged by. */
export interface Assessment {
  readonly request: AssessmentRequest;
  readonly outcome: Outcome;
  readonly reasons: readonly Reason[];
  readonly ruleVersion: string;
  readonly assessedAt: Date;
}
