import { refusal } from '../domain/accounts-errors.js';
import type { BiometricCredentials } from './ports.js';

export class RemoveBiometricCredential {
  constructor(private readonly credentials: BiometricCredentials) {}

  /** Throws `ACCOUNTS.BIOMETRIC_UNKNOWN`. */
  async execute(accountId: string, credentialId: string): Promise<void> {
    if (!(await this.credentials.remove(credentialId, accountId))) throw refusal.biometricUnknown();
  }
}
