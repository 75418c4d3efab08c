import type { Clock } from '@openswipe/kernel';
import { refusal } from '../domain/accounts-errors.js';
import type { BiometricCredential } from '../domain/biometric-credential.js';
import type { BiometricChallenges, BiometricCredentials, Terminals, WebAuthn } from './ports.js';

/** Keeps the credential that answers an open registration of the same terminal. */
export class FinishBiometricRegistration {
  constructor(
    private readonly terminals: Terminals,
    private readonly credentials: BiometricCredentials,
    private readonly challenges: BiometricChallenges,
    private readonly webAuthn: WebAuthn,
    private readonly clock: Clock,
  ) {}

  /**
   * A challenge is answered once; the answer that has already been kept is fine.
   * Throws `ACCOUNTS.BIOMETRIC_REGISTRATION_WRONG`, `ACCOUNTS.TERMINAL_NOT_FOUND`.
   */
  async execute(accountId: string, terminalId: string, responseJson: string): Promise<BiometricCredential> {
    const claimed = this.webAuthn.read(responseJson);
    if (!claimed) throw refusal.biometricRegistrationWrong();
    const { challenge } = claimed;
    const earlier = await this.credentials.find(claimed.credentialId);
    if (earlier) {
      const isOwn = earlier.accountId === accountId && earlier.terminalId === terminalId;
      if (isOwn && earlier.registrationChallenge === challenge) return earlier;
    }
    const now = this.clock.now();
    const isOpen = await this.challenges.take({ challenge, accountId, terminalId }, now);
    const verified = isOpen && (await this.webAuthn.verifyRegistration(responseJson, challenge));
    if (!verified) throw refusal.biometricRegistrationWrong();
    const terminal = await this.terminals.find(terminalId, accountId);
    if (terminal?.state !== 'enrolled') throw refusal.terminalNotFound();
    const owner = { accountId, terminalId, registrationChallenge: challenge, registeredAt: now };
    const credential: BiometricCredential = { ...verified, ...owner, uses: [], revision: 0 };
    if (!(await this.credentials.insert(credential))) throw refusal.biometricRegistrationWrong();
    return credential;
  }
}
