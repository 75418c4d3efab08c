/** A session lives as long as it is refreshed at least this often. */
export const REFRESH_LIFETIME_MS = 30 * 24 * 3_600_000;
/** How long the last used token is answered again: a phone may be off the network for a while when the answer comes. */
export const RETRY_WINDOW_MS = 60_000;

/**
 * All refresh tokens that descend from one log-in. Tokens are single use; only hashes are kept. A terminal cannot be
 * swapped under a session: enrolment starts a new family.
 */
export interface SessionFamily {
  readonly id: string;
  readonly accountId: string;
  readonly terminalId?: string | undefined;
  readonly currentHash: string;
  /** The token before the current one. */
  readonly previousHash?: string | undefined;
  readonly rotatedAt: Date;
  readonly expiresAt: Date;
  readonly revoked: boolean;
}

export type TokenVerdict = 'current' | 'retry' | 'reused' | 'expired' | 'revoked';

/**
 * What a token of this family is worth. `reused`: a token that was used before, outside the retry window: either its
 * owner or a thief holds a copy, so the family must end (RFC 9700, 4.14.2).
 */
export function judgeToken(family: SessionFamily, tokenHash: string, now: Date): TokenVerdict {
  if (family.revoked) return 'revoked';
  if (family.expiresAt <= now) return 'expired';
  if (tokenHash === family.currentHash) return 'current';
  const inWindow = now.getTime() - family.rotatedAt.getTime() <= RETRY_WINDOW_MS;
  return tokenHash === family.previousHash && inWindow ? 'retry' : 'reused';
}

/** The family after its current token was used. */
export const rotate = (family: SessionFamily, successorHash: string, now: Date): SessionFamily => ({
  ...family,
  currentHash: successorHash,
  previousHash: family.currentHash,
  rotatedAt: now,
  expiresAt: refreshExpiry(now),
});

export const refreshExpiry = (now: Date): Date => new Date(now.getTime() + REFRESH_LIFETIME_MS);
