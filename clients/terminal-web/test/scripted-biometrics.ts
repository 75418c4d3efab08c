import {
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import type { Page } from 'playwright-core';
import { Refusal } from './refusal.js';

interface Kept {
  readonly shown: { readonly id: string; readonly terminalId: string; readonly registeredAt: string };
  readonly credential: WebAuthnCredential;
}

/** Fingerprints and faces as the platform keeps them: what WebAuthn makes is truly verified. */
export class ScriptedBiometrics {
  readonly kept: Kept[] = [];
  /** Set when the gateway listens. */
  origin = '';
  #challenge = '';

  async options(accountName: string) {
    const options = await generateRegistrationOptions({
      rpName: 'Openswipe',
      rpID: this.#rpId,
      userName: accountName,
      attestationType: 'none',
      excludeCredentials: this.kept.map(({ credential }) => ({ id: credential.id })),
      authenticatorSelection: { authenticatorAttachment: 'platform', userVerification: 'required' },
    });
    this.#challenge = options.challenge;
    return options;
  }

  async register(answer: RegistrationResponseJSON, terminalId: string) {
    const verified = await verifyRegistrationResponse({
      response: answer,
      expectedChallenge: this.#challenge,
      expectedOrigin: this.origin,
      expectedRPID: this.#rpId,
      requireUserVerification: true,
    }).catch(() => undefined);
    const credential = verified?.registrationInfo?.credential;
    if (!credential) throw new Refusal(400, 'ACCOUNTS.BIOMETRIC_REGISTRATION_WRONG');
    const shown = { id: credential.id, terminalId, registeredAt: new Date().toISOString() };
    this.kept.push({ shown, credential });
    return shown;
  }

  list() {
    return { credentials: this.kept.map(({ shown }) => shown) };
  }

  remove(id: string): undefined {
    const at = this.kept.findIndex(({ shown }) => shown.id === id);
    if (at < 0) throw new Refusal(404, 'ACCOUNTS.BIOMETRIC_UNKNOWN');
    this.kept.splice(at, 1);
  }

  /** @param challenge base64url @returns the reason code of a refusal, empty when the assertion is good */
  async verify(assertion: AuthenticationResponseJSON, challenge: string): Promise<string> {
    const found = this.kept.find(({ credential }) => credential.id === assertion.id);
    if (!found) return 'ACCOUNTS.BIOMETRIC_UNKNOWN';
    const verified = await verifyAuthenticationResponse({
      response: assertion,
      expectedChallenge: challenge,
      expectedOrigin: this.origin,
      expectedRPID: this.#rpId,
      credential: found.credential,
      requireUserVerification: true,
    }).catch(() => undefined);
    return verified?.verified === true ? '' : 'ACCOUNTS.BIOMETRIC_WRONG';
  }

  get #rpId(): string {
    return new URL(this.origin).hostname;
  }
}

/** Gives the page a fingerprint reader; it knows every finger while it is willing. */
export async function addFingerprintReader(page: Page): Promise<{ setWilling(willing: boolean): Promise<void> }> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('WebAuthn.enable');
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    async setWilling(isUserVerified) {
      await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
  };
}
