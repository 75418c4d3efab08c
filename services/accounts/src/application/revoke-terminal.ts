import type { Clock } from '@openswipe/kernel';
import { refusal } from '../domain/accounts-errors.js';
import type { BiometricCredentials, Terminals } from './ports.js';

/**
 * Signs a terminal out for good. Its sessions are refused from the next refresh on, since each refresh asks for the
 * terminal; access tokens that are already out end as soon as the gateways hear of it. Its biometric credentials go
 * too.
 */
export class RevokeTerminal {
  constructor(
    private readonly terminals: Terminals,
    private readonly credentials: BiometricCredentials,
    private readonly clock: Clock,
  ) {}

  /** Throws `ACCOUNTS.TERMINAL_NOT_FOUND`. Revoking twice is fine. */
  async execute(accountId: string, terminalId: string): Promise<void> {
    const terminal = await this.terminals.find(terminalId, accountId);
    if (!terminal) throw refusal.terminalNotFound();
    await this.terminals.revoke(terminal, this.clock.now());
    await this.credentials.removeOfTerminal(terminalId);
  }
}
