import { fromBase64Url, toBase64Url } from '../gateway/base64url.js';

/** WebAuthn with an authenticator that is part of this device: fingerprint, face or the like. */
export async function canRegisterBiometric(): Promise<boolean> {
  const { PublicKeyCredential } = globalThis;
  return (await PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable?.()) === true;
}

/**
 * Asks the person for fingerprint or face and makes the credential that `options` describe (WebAuthn Level 3, 5.1.3).
 * Rejects with a DOMException: `NotAllowedError` when it was canceled or took too long, `InvalidStateError` when this
 * device is registered already. A click must have come right before.
 */
export async function registerBiometric(
  options: PublicKeyCredentialCreationOptionsJSON,
): Promise<RegistrationResponseJSON> {
  const credential = await navigator.credentials.create({ publicKey: creationOptions(options) });
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException('No credential was made', 'NotAllowedError');
  return registrationJson(credential);
}

/** Browsers of before 2025 know neither `parseCreationOptionsFromJSON` nor `toJSON`. */
function creationOptions(options: PublicKeyCredentialCreationOptionsJSON): PublicKeyCredentialCreationOptions {
  if (PublicKeyCredential.parseCreationOptionsFromJSON)
    return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const { challenge, user, excludeCredentials = [], extensions: _, ...rest } = options;
  return {
    ...rest,
    challenge: fromBase64Url(challenge),
    user: { ...user, id: fromBase64Url(user.id) },
    excludeCredentials: excludeCredentials.map(({ id }) => ({ type: 'public-key', id: fromBase64Url(id) })),
  } as PublicKeyCredentialCreationOptions;
}

function registrationJson(credential: PublicKeyCredential): RegistrationResponseJSON {
  if (credential.toJSON) return credential.toJSON() as RegistrationResponseJSON;
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    id: credential.id,
    rawId: toBase64Url(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: {
      clientDataJSON: toBase64Url(response.clientDataJSON),
      attestationObject: toBase64Url(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  } as unknown as RegistrationResponseJSON;
}
