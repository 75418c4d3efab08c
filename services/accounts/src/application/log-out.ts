import type { RefreshTokens, SessionFamilies } from './ports.js';

/** Ends the session of a refresh token. Any token of the family will do, and a session that is gone stays gone. */
export class LogOut {
  constructor(
    private readonly families: SessionFamilies,
    private readonly refreshTokens: RefreshTokens,
  ) {}

  async execute(refreshToken: string): Promise<void> {
    const presented = this.refreshTokens.read(refreshToken);
    if (presented) await this.families.revoke(presented.familyId);
  }
}
