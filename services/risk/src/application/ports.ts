import type { Pan } from '@openswipe/card';
import type { Money, Sensitive } from '@openswipe/kernel';
import type {
  Approved,
  Assessment,
  AssessmentRequest,
  AssessmentStatus,
  Declined,
  Unknown,
} from '../domain/assessment.js';
import type { VelocityPosition } from '../domain/velocity-window.js';

export interface AuthorizationRequest {
  readonly transactionId: string;
  readonly amount: Money;
  readonly payeeId: string;
  readonly pan: Pan;
  /** YYMM. */
  readonly expiry: string;
  /** Absent where no PIN is asked for. */
  readonly pin?: Sensitive<string>;
  /** What the chip made for its issuer (ISO 8583 field 55, hexadecimal); absent where the stripe was read. */
  readonly field55?: Sensitive<string>;
}

export type AuthorizationOutcome = Approved | Declined | Unknown;

/**
 * The way to the issuer. All three are idempotent by transaction id, so a `TransientFault` (the world's failure) is
 * simply tried again; an answer that did not come is `unknown`.
 */
export interface Authorizer {
  /** A repeated request gets the first answer; it takes no money, counts no PIN try again and is no replay. */
  authorize(request: AuthorizationRequest): Promise<AuthorizationOutcome>;
  /** What became of it; `unknown` = still no answer. */
  query(transactionId: string): Promise<AuthorizationOutcome>;
  /** After it, the transaction is not authorized and never will be, also where `authorize` arrives later. */
  reverse(transactionId: string): Promise<void>;
}

/** What the store knows of an assessment on its way. */
export interface AssessmentState {
  readonly status: AssessmentStatus;
  /** Absent where it was abandoned before it was received. */
  readonly request?: AssessmentRequest;
}

export interface AssessmentRepository {
  /** Insert-first on the transaction id; those already there stay as they are. */
  register(requests: readonly AssessmentRequest[]): Promise<void>;
  find(transactionIds: readonly string[]): Promise<ReadonlyMap<string, AssessmentState>>;
  /** Saves each outcome with its event if the transaction still waits for it, and publishes those that were saved. */
  conclude(assessments: readonly Assessment[]): Promise<void>;
  /** Publishes the event of a final outcome once more, under the same event id. */
  repeat(transactionId: string): Promise<void>;
  /** From now on no other outcome than `reversed` is accepted. False where the outcome is already final. */
  beginReversal(transactionId: string): Promise<boolean>;
  /** Leaves a mark, so that a late record of the transaction is reversed unseen. False where it is known already. */
  abandon(transactionId: string): Promise<boolean>;
}

export interface VelocityCounter {
  /** Counts each transaction once, however often it is asked, and tells where it stands. */
  count(requests: readonly AssessmentRequest[]): Promise<ReadonlyMap<string, VelocityPosition>>;
}

/** Which terminal holds which initial PIN key. */
export interface IssuedKeys {
  /** Idempotent. False where another terminal holds it. */
  issue(initialKeyId: string, terminalId: string): Promise<boolean>;
  /** Terminal id by initial key id (16 hexadecimal digits, lower case). */
  holders(initialKeyIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
