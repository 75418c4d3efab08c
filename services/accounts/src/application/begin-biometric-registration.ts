import type { Clock } from '@openswipe/kernel';
import { refusal } from '../domain/accounts-errors.js';
import type { Accounts, BiometricChallenges, BiometricCredentials, Random, Terminals, WebAuthn } from './ports.js';

const CHALLENGE_LENGTH = 32;
const CHALLENGE_LIFETIME_MS = 300_000;

/** Asks the holder at a terminal for a credential that verifies its user. */
export class BeginBiometricRegistration {
  constructor(
    private readonly accounts: Accounts,
    private readonly terminals: Terminals,
    private readonly credentials: BiometricCredentials,
    private readonly challenges: BiometricChallenges,
    private readonly webAuthn: WebAuthn,
    private readonly random: Random,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns PublicKeyCredentialCreationOptionsJSON
   * Throws `ACCOUNTS.ACCOUNT_NOT_FOUND`, `ACCOUNTS.TERMINAL_NOT_FOUND`.
   */
  async execute(accountId: string, terminalId: string): Promise<string> {
    const account = await this.accounts.find(accountId);
    if (!account) throw refusal.accountNotFound();
    const terminal = await this.terminals.find(terminalId, accountId);
    if (terminal?.state !== 'enrolled') throw refusal.terminalNotFound();
    const challenge = this.random.bytes(CHALLENGE_LENGTH).toString('base64url');
    const expiresAt = new Date(this.clock.now().getTime() + CHALLENGE_LIFETIME_MS);
    await this.challenges.insert({ challenge, accountId, terminalId, expiresAt });
    const known = await this.credentials.listOf(accountId, terminalId);
    const { email, displayName } = account;
    return this.webAuthn.creationOptions({ challenge, terminalId, userName: email.address, displayName, known });
  }
}
