import type { Clock } from '@openswipe/kernel';
import { refusal } from '../domain/accounts-errors.js';
import { type SessionFamily, judgeToken, rotate } from '../domain/session-family.js';
import type { Session } from './open-session.js';
import type { AccessTokens, RefreshTokens, SessionFamilies, Terminals } from './ports.js';

export class RefreshSession {
  constructor(
    private readonly families: SessionFamilies,
    private readonly terminals: Terminals,
    private readonly refreshTokens: RefreshTokens,
    private readonly accessTokens: AccessTokens,
    private readonly clock: Clock,
  ) {}

  /**
   * Spends a refresh token for its successor. The last spent one is answered once more with the same successor for a
   * minute, for a lost answer or two open pages; any other spent token ends the family.
   * Throws `ACCOUNTS.REFRESH_TOKEN_INVALID`, `ACCOUNTS.SESSION_REVOKED`.
   */
  async execute(refreshToken: string): Promise<Session> {
    const presented = this.refreshTokens.read(refreshToken);
    if (!presented) throw refusal.refreshTokenInvalid();
    const successor = this.refreshTokens.successorOf(refreshToken);
    const now = this.clock.now();
    let family = await this.#liveFamily(presented.familyId, presented.hash, now);
    await this.#requireTerminal(family, now);
    if (family.currentHash === presented.hash) {
      const rotated = rotate(family, successor.hash, now);
      const won = await this.families.replace(rotated, presented.hash);
      // Another refresh with the same token was first: what it left is judged again, and is a retry now.
      family = won ? rotated : await this.#liveFamily(presented.familyId, presented.hash, now);
    }
    return this.#answer(family, successor.token, now);
  }

  async #liveFamily(id: string, hash: string, now: Date): Promise<SessionFamily> {
    const family = await this.families.find(id);
    if (!family) throw refusal.refreshTokenInvalid();
    const verdict = judgeToken(family, hash, now);
    if (verdict === 'current' || verdict === 'retry') return family;
    if (verdict === 'expired') throw refusal.refreshTokenInvalid();
    if (verdict === 'reused') await this.families.revoke(id);
    throw refusal.sessionRevoked();
  }

  async #requireTerminal({ terminalId, accountId }: SessionFamily, now: Date): Promise<void> {
    if (terminalId === undefined || (await this.terminals.touch(terminalId, accountId, now))) return;
    throw refusal.sessionRevoked();
  }

  async #answer(family: SessionFamily, refreshToken: string, now: Date): Promise<Session> {
    const { id: familyId, accountId, terminalId, expiresAt } = family;
    const access = await this.accessTokens.issue({ accountId, terminalId, familyId, now });
    return {
      accountId,
      terminalId,
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      refreshToken,
      refreshTokenExpiresAt: expiresAt,
    };
  }
}
