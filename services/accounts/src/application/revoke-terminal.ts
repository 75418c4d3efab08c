import { refusal } from '../domain/accounts-errors.js';
import type { BiometricCredentials, Terminals } from './ports.js';

/**
 * Signs a terminal out for good. Its sessions are refused from the next refresh on, since each refresh asks for the
 * terminal; an access token that is already out ends by itself within ten minutes. Its biometric credentials go too.
 */
export class RevokeTerminal {
  constructor(
    private readonly terminals: Terminals,
    private readonly credentials: BiometricCredentials,
  ) {}

  /** Throws `ACCOUNTS.TERMINAL_NOT_FOUND`. Revoking twice is fine. */
  async execute(accountId: string, terminalId: string): Promise<void> {
    if (!(await this.terminals.find(terminalId, accountId))) throw refusal.terminalNotFound();
    await this.terminals.revoke(terminalId);
    await this.credentials.removeOfTerminal(terminalId);
  }
}
