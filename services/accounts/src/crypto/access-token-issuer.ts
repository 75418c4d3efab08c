import { type CryptoKey, type JWK, SignJWT, calculateJwkThumbprint, importJWK } from 'jose';
import type { AccessTokens } from '../application/ports.js';

export const ACCESS_TOKEN_LIFETIME_MS = 600_000;
/** For whom access tokens are: the terminal API. */
export const ACCESS_TOKEN_AUDIENCE = 'openswipe';

/** JWT under Ed25519 (RFC 8037); `kid` is the key's thumbprint (RFC 7638). */
export class AccessTokenIssuer implements AccessTokens {
  private constructor(
    private readonly issuer: string,
    private readonly key: CryptoKey,
    private readonly kid: string,
    /** JSON Web Key Set that verifies the tokens. */
    readonly jwks: string,
  ) {}

  /** @param signingKey private JWK as JSON text */
  static async from(signingKey: string, issuer: string): Promise<AccessTokenIssuer> {
    const { kty, crv, x, d } = JSON.parse(signingKey) as JWK & { kty: 'OKP'; crv: string; x: string; d: string };
    const publicKey = { kty, crv, x };
    const kid = await calculateJwkThumbprint(publicKey);
    const key = (await importJWK({ ...publicKey, d }, 'EdDSA')) as CryptoKey;
    const jwks = JSON.stringify({ keys: [{ ...publicKey, kid, use: 'sig', alg: 'EdDSA' }] });
    return new AccessTokenIssuer(issuer, key, kid, jwks);
  }

  async issue(claims: Parameters<AccessTokens['issue']>[0]): Promise<{ token: string; expiresAt: Date }> {
    const { accountId, terminalId, familyId, now } = claims;
    const issuedAt = Math.floor(now.getTime() / 1000);
    const expiresAt = issuedAt + ACCESS_TOKEN_LIFETIME_MS / 1000;
    const token = await new SignJWT({ sid: familyId, ...(terminalId === undefined ? {} : { tid: terminalId }) })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.kid, typ: 'JWT' })
      .setIssuer(this.issuer)
      .setAudience(ACCESS_TOKEN_AUDIENCE)
      .setSubject(accountId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.key);
    return { token, expiresAt: new Date(expiresAt * 1000) };
  }
}
