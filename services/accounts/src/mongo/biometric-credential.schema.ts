import type { BiometricCredential } from '../domain/biometric-credential.js';
import { optionalTime, part, strictSchema, text, time } from './schema.js';

export interface BiometricCredentialDocument extends Omit<BiometricCredential, 'id'> {
  readonly _id: string;
}

export const biometricCredentialSchema = strictSchema<BiometricCredentialDocument>('biometric_credentials', {
  _id: text,
  accountId: text,
  terminalId: text,
  publicKey: text,
  counter: { type: Number, required: true },
  transports: { type: [String] },
  registrationChallenge: text,
  registeredAt: time,
  lastUsedAt: optionalTime,
  uses: { type: [part({ challenge: text, assertionHash: text })] },
  revision: { type: Number, required: true },
});

export interface BiometricChallengeDocument {
  /** The challenge itself, base64url. */
  readonly _id: string;
  readonly accountId: string;
  readonly terminalId: string;
  readonly expiresAt: Date;
}

export const biometricChallengeSchema = strictSchema<BiometricChallengeDocument>('biometric_challenges', {
  _id: text,
  accountId: text,
  terminalId: text,
  expiresAt: time,
});
