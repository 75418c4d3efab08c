import type { BiometricCredential } from '../domain/biometric-credential.js';
import type { BiometricCredentials } from './ports.js';

export class ListBiometricCredentials {
  constructor(private readonly credentials: BiometricCredentials) {}

  execute(accountId: string): Promise<readonly BiometricCredential[]> {
    return this.credentials.listOf(accountId);
  }
}
