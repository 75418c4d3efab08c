import { biometricMessage } from '@openswipe/card';
import { DomainError } from '@openswipe/kernel';
import { AccountApi } from '../gateway/account-api.js';
import { fromBase64Url, toBase64Url } from '../gateway/base64url.js';
import type { TerminalApi } from '../gateway/terminal-api.js';

const PROMPT_LIMIT_MS = 60_000;

/** Fingerprint or face by WebAuthn, user verification required [0050]. The biometric data never leave the device. */
export class BiometricCheck {
  readonly #credentials: CredentialsContainer | undefined;
  #ids: Promise<readonly string[] | undefined> | undefined;

  constructor(
    private readonly api: TerminalApi,
    private readonly terminalId: string,
    credentials: CredentialsContainer | undefined = globalThis.navigator?.credentials,
  ) {
    this.#credentials = credentials;
  }

  /** Why this terminal cannot do the check now, if it cannot. Asks the platform once for each order. */
  async hindrance(): Promise<'TERMINAL.BIOMETRIC_MISSING' | 'TERMINAL.BIOMETRIC_UNREGISTERED' | undefined> {
    if (this.#credentials === undefined || !('PublicKeyCredential' in globalThis)) return 'TERMINAL.BIOMETRIC_MISSING';
    return (await this.#own())?.length === 0 ? 'TERMINAL.BIOMETRIC_UNREGISTERED' : undefined;
  }

  /**
   * Asks the person, for one transaction of one order: the challenge is made of both. Resolves with the
   * AuthenticationResponseJSON as text. Throws `TERMINAL.BIOMETRIC_CANCELED` when the person or the device gave up,
   * and the code of a hindrance.
   */
  async assertion(orderDigest: string, ksn: string): Promise<string> {
    const hindrance = await this.hindrance();
    if (hindrance !== undefined) throw new DomainError(hindrance, 'No biometric check can be made here');
    const challenge = await crypto.subtle.digest('SHA-256', biometricMessage(orderDigest, ksn));
    // Nothing is known of the list without the network: then the device offers what it has for this site.
    const ids = (await this.#own()) ?? [];
    const allowCredentials = ids.map((id) => ({ type: 'public-key' as const, id: fromBase64Url(id) }));
    const wanted = { challenge, allowCredentials, timeout: PROMPT_LIMIT_MS };
    const credential = await this.#credentials
      ?.get({ publicKey: { ...wanted, userVerification: 'required' } })
      .catch(() => null);
    if (credential instanceof PublicKeyCredential) return JSON.stringify(assertionJson(credential));
    throw new DomainError('TERMINAL.BIOMETRIC_CANCELED', 'The biometric check was not completed');
  }

  #own(): Promise<readonly string[] | undefined> {
    this.#ids ??= new AccountApi(this.api).biometrics().then(
      (all) => all.filter(({ terminalId }) => terminalId === this.terminalId).map(({ id }) => id),
      () => undefined,
    );
    return this.#ids;
  }
}

/** Browsers of before 2025 know no `toJSON`. */
function assertionJson(credential: PublicKeyCredential): unknown {
  if (credential.toJSON) return credential.toJSON();
  const { clientDataJSON, authenticatorData, signature, userHandle } =
    credential.response as AuthenticatorAssertionResponse;
  return {
    id: credential.id,
    rawId: toBase64Url(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: {
      clientDataJSON: toBase64Url(clientDataJSON),
      authenticatorData: toBase64Url(authenticatorData),
      signature: toBase64Url(signature),
      ...(userHandle && { userHandle: toBase64Url(userHandle) }),
    },
  };
}
