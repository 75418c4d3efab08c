/** Room for transactions that come again; each is refused by its KSN long before it would be forgotten here. */
const USES_MAX = 64;

/** An assertion that was accepted for a challenge. */
export interface BiometricUse {
  /** base64url */
  readonly challenge: string;
  /** SHA-256 of the assertion, base64url. */
  readonly assertionHash: string;
}

/** A WebAuthn credential that a holder made at a terminal, for the biometric check [0050]. */
export interface BiometricCredential {
  /** As the authenticator named it, base64url. */
  readonly id: string;
  readonly accountId: string;
  readonly terminalId: string;
  /** COSE_Key, base64url. */
  readonly publicKey: string;
  /** Signature counter of the last use (WebAuthn L3 §6.1.1); 0 where the authenticator has none. */
  readonly counter: number;
  readonly transports: readonly string[];
  /** The challenge that it was registered by: the same registration again is an answer that was lost. */
  readonly registrationChallenge: string;
  readonly registeredAt: Date;
  readonly lastUsedAt?: Date | undefined;
  readonly uses: readonly BiometricUse[];
  /** Grows with each use: the guard of the next. */
  readonly revision: number;
}

/** `same`: accepted before; `other`: the challenge is used up by another assertion, of whichever credential. */
export function judgeUse(credentials: readonly BiometricCredential[], use: BiometricUse): 'new' | 'same' | 'other' {
  const used = credentials.flatMap(({ uses }) => uses).find(({ challenge }) => challenge === use.challenge);
  if (!used) return 'new';
  return used.assertionHash === use.assertionHash ? 'same' : 'other';
}

/** The credential after a verified assertion. */
export const noteUse = (
  credential: BiometricCredential,
  use: BiometricUse,
  counter: number,
  now: Date,
): BiometricCredential => ({
  ...credential,
  counter,
  lastUsedAt: now,
  uses: [...credential.uses, use].slice(-USES_MAX),
});
