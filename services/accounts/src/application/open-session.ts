import type { Clock } from '@openswipe/kernel';
import { refreshExpiry } from '../domain/session-family.js';
import type { AccessTokens, RefreshTokens, SessionFamilies } from './ports.js';

/** What a terminal holds while it is logged in. */
export interface Session {
  readonly accountId: string;
  readonly terminalId?: string | undefined;
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
}

/** Starts a family of refresh tokens for somebody who has proved who they are. */
export class OpenSession {
  constructor(
    private readonly families: SessionFamilies,
    private readonly refreshTokens: RefreshTokens,
    private readonly accessTokens: AccessTokens,
    private readonly clock: Clock,
  ) {}

  async execute(accountId: string, terminalId?: string): Promise<Session> {
    const now = this.clock.now();
    const { familyId, token, hash } = this.refreshTokens.mint();
    const owner = { accountId, ...(terminalId === undefined ? {} : { terminalId }) };
    const expiresAt = refreshExpiry(now);
    await this.families.insert({
      id: familyId,
      ...owner,
      currentHash: hash,
      rotatedAt: now,
      expiresAt,
      revoked: false,
    });
    const access = await this.accessTokens.issue({ ...owner, familyId, now });
    return {
      ...owner,
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      refreshToken: token,
      refreshTokenExpiresAt: expiresAt,
    };
  }
}
