import type { SealedCardData } from './card.js';

/** Ready for risk: the only way on which card data leaves this room. */
export interface TransactionVerified {
  readonly type: 'verified';
  readonly sealedCardData: SealedCardData;
  readonly pinPresent: boolean;
  readonly signaturePresent: boolean;
  /** The holder was verified for this very transaction [0050]. */
  readonly biometricVerified: boolean;
}

/** A final state was reached. */
export interface TransactionConcluded {
  readonly type: 'concluded';
}

export type TransactionEvent = TransactionVerified | TransactionConcluded;
