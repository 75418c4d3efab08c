import type { PresentedCard } from '../reader/presented-card.js';

export interface BiometricStep {
  /** `asking-biometric`: the prompt of the device is open. */
  readonly at: 'biometric' | 'asking-biometric';
  readonly card: PresentedCard;
  /** Why it cannot be done here, or was not done the last time. */
  readonly code?: string;
}

export interface ReaderPinStep {
  /** `reader-pin-again`: it was not entered there the last time. */
  readonly at: 'reader-pin' | 'reader-pin-again';
  readonly card: PresentedCard;
  readonly code?: string;
}

export type Step =
  | { readonly at: 'loading' }
  | { readonly at: 'unavailable'; readonly code: string }
  | { readonly at: 'review'; readonly code?: string }
  | { readonly at: 'claiming' }
  | { readonly at: 'swipe' }
  /** The card was read; what its issuer wants is being asked. */
  | { readonly at: 'checking' }
  | { readonly at: 'pin' | 'sign'; readonly card: PresentedCard }
  | ReaderPinStep
  | BiometricStep
  | { readonly at: 'sealing' }
  | { readonly at: 'submitted' };

/** Steps before the submission in which something is held that has to be let go. */
export const LEAVABLE: readonly Step['at'][] = [
  ...(['claiming', 'swipe', 'checking', 'pin', 'reader-pin', 'reader-pin-again'] as const),
  ...(['biometric', 'asking-biometric', 'sign'] as const),
];
