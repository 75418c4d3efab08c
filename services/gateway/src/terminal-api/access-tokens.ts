import type { Clock } from '@openswipe/kernel';
import { DomainError } from '@openswipe/kernel';
import { createHash } from 'node:crypto';
import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Accounts } from '../grpc/peers.js';
import { ExpiringMap } from '../http/expiring-map.js';
import { refusals } from '../http/gateway-errors.js';

/** What an access token says. */
export interface TerminalSession {
  readonly accountId: string;
  /** Undefined until the terminal is enrolled. */
  readonly terminalId: string | undefined;
  readonly familyId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const TOKENS_MAX = 20_000;
const REVOKED_MAX = 10_000;
/** Longer than any access token lives (accounts: 10 minutes). */
const REVOKED_KEPT_MS = 900_000;
/** A made-up key id must not turn every request into a call of accounts. */
const REFETCH_PAUSE_MS = 5_000;

/** Verifies access tokens (JWT, EdDSA) with the keys of accounts; a verified token is not verified again. */
export class AccessTokens {
  readonly #verified = new ExpiringMap<string, TerminalSession>(TOKENS_MAX);
  readonly #revoked = new ExpiringMap<string, true>(REVOKED_MAX);
  #keys: Promise<JWTVerifyGetKey> | undefined;
  #fetchedAt = 0;

  constructor(
    private readonly accounts: Accounts,
    private readonly clock: Clock,
  ) {}

  /** Throws `GATEWAY.ACCESS_TOKEN_INVALID`, `TransientFault`. */
  async verify(token: string): Promise<TerminalSession> {
    const now = this.clock.now();
    const hash = createHash('sha256').update(token).digest('base64url');
    const session = this.#verified.get(hash, now.getTime()) ?? (await this.#verify(token, now));
    if (this.#revoked.get(session.terminalId ?? '', now.getTime())) throw refusals.accessTokenInvalid();
    this.#verified.set(hash, session, session.expiresAt);
    return session;
  }

  /** The terminal was signed out, here or through another replica: its tokens end at once. */
  revoke(terminalId: string): void {
    this.#revoked.set(terminalId, true, this.clock.now().getTime() + REVOKED_KEPT_MS);
  }

  async #verify(token: string, now: Date): Promise<TerminalSession> {
    try {
      return await this.#verifyWith(await this.#currentKeys(now), token, now);
    } catch (error) {
      const isNewKey = error instanceof errors.JWKSNoMatchingKey;
      if (isNewKey && now.getTime() - this.#fetchedAt >= REFETCH_PAUSE_MS) {
        this.#keys = undefined;
        return this.#verifyWith(await this.#currentKeys(now), token, now).catch(refuse);
      }
      return refuse(error);
    }
  }

  async #verifyWith(keys: JWTVerifyGetKey, token: string, now: Date): Promise<TerminalSession> {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['EdDSA', 'Ed25519'],
      requiredClaims: ['sub', 'sid', 'exp'],
      currentDate: now,
    });
    const { sub = '', tid, sid, exp = 0 } = payload;
    if (typeof sid !== 'string' || !sub.startsWith('acc_')) throw refusals.accessTokenInvalid();
    const terminalId = typeof tid === 'string' && tid !== '' ? tid : undefined;
    return { accountId: sub, terminalId, familyId: sid, expiresAt: exp * 1_000 };
  }

  #currentKeys(now: Date): Promise<JWTVerifyGetKey> {
    if (this.#keys) return this.#keys;
    const fetched = this.accounts
      .getVerificationKeys({})
      .then(({ jwks }) => createLocalJWKSet(JSON.parse(jwks) as JSONWebKeySet));
    this.#keys = fetched;
    this.#fetchedAt = now.getTime();
    fetched.catch(() => (this.#keys = undefined));
    return fetched;
  }
}

function refuse(error: unknown): never {
  const isRefusal = error instanceof errors.JOSEError || error instanceof DomainError;
  throw isRefusal ? refusals.accessTokenInvalid() : error;
}
