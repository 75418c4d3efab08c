import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeAttestationObject, decodeClientDataJSON, isoBase64URL } from '@simplewebauthn/server/helpers';
import { z } from 'zod';
import type { WebAuthn } from '../application/ports.js';
import type { BiometricCredential } from '../domain/biometric-credential.js';

const CEREMONY_LIMIT_MS = 120_000;
const RESPONSE_LENGTH_MAX = 16_384;
const COSE_EDDSA = -8;
const COSE_ES256 = -7;
const COSE_RS256 = -257;
const ALGORITHMS = [COSE_EDDSA, COSE_ES256, COSE_RS256];

const base64url = z.string().regex(/^[\w-]{1,12000}$/);
const response = z.looseObject({
  id: base64url.max(1_400), // a credential id has 1 023 bytes at most
  rawId: base64url,
  type: z.literal('public-key'),
  response: z.looseObject({ clientDataJSON: base64url }),
});
const transports = z.array(z.string().max(32)).max(8).catch([]);

/** WebAuthn of one relying party: the host of the installation's public address. */
export class SimpleWebAuthn implements WebAuthn {
  readonly #origin: string;
  readonly #rpId: string;

  constructor(publicUrl: string) {
    const { origin, hostname } = new URL(publicUrl);
    this.#origin = origin;
    this.#rpId = hostname;
  }

  async creationOptions(request: Parameters<WebAuthn['creationOptions']>[0]): Promise<string> {
    const options = await generateRegistrationOptions({
      rpName: 'Openswipe',
      rpID: this.#rpId,
      // The terminal, not the account: an authenticator keeps one key per user, and each terminal has its own.
      userID: new TextEncoder().encode(request.terminalId),
      userName: request.userName,
      userDisplayName: request.displayName,
      challenge: new Uint8Array(Buffer.from(request.challenge, 'base64url')),
      timeout: CEREMONY_LIMIT_MS,
      attestationType: 'none',
      excludeCredentials: request.known.map(({ id, transports: known }) => ({ id, transports: [...known] })),
      authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    });
    return JSON.stringify(options);
  }

  read(responseJson: string): { credentialId: string; challenge: string } | undefined {
    const parsed = parse(responseJson);
    if (!parsed) return undefined;
    try {
      const { challenge } = decodeClientDataJSON(parsed.response.clientDataJSON);
      return typeof challenge === 'string' ? { credentialId: parsed.id, challenge } : undefined;
    } catch {
      return undefined;
    }
  }

  async verifyRegistration(responseJson: string, challenge: string): ReturnType<WebAuthn['verifyRegistration']> {
    try {
      const answer = parse(responseJson) as unknown as RegistrationResponseJSON;
      if (!isWithoutCertificates(answer.response.attestationObject)) return undefined;
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: answer,
        expectedChallenge: challenge,
        expectedOrigin: this.#origin,
        expectedRPID: this.#rpId,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      });
      if (!verified) return undefined;
      const { id, publicKey, counter } = registrationInfo.credential;
      const how = transports.parse(answer.response.transports ?? []);
      return { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter, transports: how };
    } catch {
      return undefined; // whatever is wrong with it: the library tells by exceptions of no type
    }
  }

  async verifyAssertion(
    responseJson: string,
    challenge: string,
    { id, publicKey, counter }: BiometricCredential,
  ): Promise<number | undefined> {
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: parse(responseJson) as unknown as AuthenticationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: this.#origin,
        expectedRPID: this.#rpId,
        credential: { id, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter },
        requireUserVerification: true,
      });
      return verified ? authenticationInfo.newCounter : undefined;
    } catch {
      return undefined;
    }
  }
}

function parse(responseJson: string): z.output<typeof response> | undefined {
  if (responseJson.length > RESPONSE_LENGTH_MAX) return undefined;
  try {
    return response.parse(JSON.parse(responseJson));
  } catch {
    return undefined;
  }
}

/**
 * No attestation is asked for, so no certificate has a business here; checking one could fetch the address of a
 * revocation list that the caller wrote into it (SSRF). Browsers leave the self-attestation of a key as it is: allowed.
 */
function isWithoutCertificates(attestationObject: string): boolean {
  const decoded = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const format = decoded.get('fmt');
  return format === 'none' || (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined);
}
