import type { Account, PostalAddress } from './session.js';
import type { TerminalApi } from './terminal-api.js';

export const READER_MODELS = ['usb-swipe', 'audio-jack', 'chip'] as const;
export type ReaderModel = (typeof READER_MODELS)[number];
export type ReaderStatus = 'applied' | 'shipped' | 'bound' | 'lost' | 'canceled';

/** A card reader of the account, from the application to its end [0062–0064]. Times are ISO 8601. */
export interface AccountReader {
  readonly id: string;
  readonly model: ReaderModel;
  readonly status: ReaderStatus;
  readonly postalAddress: PostalAddress;
  readonly serialNumber?: string;
  readonly carrier?: string;
  readonly trackingNumber?: string;
  /** The terminal at which it was bound last. */
  readonly terminalId?: string;
  readonly replacesReaderId?: string;
  readonly replacedByReaderId?: string;
  readonly appliedAt: string;
  readonly shippedAt?: string;
  readonly boundAt?: string;
  readonly lostAt?: string;
}

export interface ReaderApplication {
  readonly model: ReaderModel;
  /** Without it, the account's own is taken. */
  readonly postalAddress?: PostalAddress;
  readonly replacesReaderId?: string;
}

/** A fingerprint or face that a terminal checks for the account; the biometric data itself stays in the device. */
export interface BiometricCredential {
  readonly id: string;
  readonly terminalId: string;
  readonly registeredAt: string;
  readonly lastUsedAt?: string;
}

const readerPath = (readerId: string): string => `/v1/readers/${encodeURIComponent(readerId)}`;

/**
 * The calls that only the pages of the account make. Throw `Problem` and TransientFault as `TerminalApi` does; the
 * codes of refusals are `ACCOUNTS.MOBILE_…`, `ACCOUNTS.READER_…`, `ACCOUNTS.BIOMETRIC_…`.
 */
export class AccountApi {
  constructor(private readonly api: TerminalApi) {}

  /** Sends a code to the number. */
  changeMobile(mobile: string): Promise<{ readonly codeExpiresAt: string }> {
    return this.api.ask('POST', '/v1/account/mobile', { body: { mobile } });
  }

  confirmMobile(code: string): Promise<Account> {
    return this.api.ask('POST', '/v1/account/mobile/confirm', { body: { code } });
  }

  async readers(): Promise<readonly AccountReader[]> {
    return (await this.api.ask<{ readers: AccountReader[] }>('GET', '/v1/readers')).readers;
  }

  /** `idempotencyKey` is made and kept by the caller before the first try. */
  applyForReader(application: ReaderApplication, idempotencyKey: string): Promise<AccountReader> {
    const headers = { 'idempotency-key': idempotencyKey };
    return this.api.ask('POST', '/v1/readers', { body: application, headers });
  }

  cancelReader(readerId: string): Promise<AccountReader> {
    return this.api.ask('POST', `${readerPath(readerId)}/cancel`);
  }

  reportReaderLost(readerId: string): Promise<AccountReader> {
    return this.api.ask('POST', `${readerPath(readerId)}/lost`);
  }

  /** Binds a shipped reader to the account, at this terminal, by the number on its label. */
  bindReader(serialNumber: string): Promise<AccountReader> {
    return this.api.ask('POST', '/v1/readers/bind', { body: { serialNumber } });
  }

  async biometrics(): Promise<readonly BiometricCredential[]> {
    return (await this.api.ask<{ credentials: BiometricCredential[] }>('GET', '/v1/biometrics')).credentials;
  }

  biometricOptions(): Promise<PublicKeyCredentialCreationOptionsJSON> {
    return this.api.ask('POST', '/v1/biometrics/options');
  }

  registerBiometric(answer: RegistrationResponseJSON): Promise<BiometricCredential> {
    return this.api.ask('POST', '/v1/biometrics', { body: answer });
  }

  removeBiometric(credentialId: string): Promise<void> {
    return this.api.ask('DELETE', `/v1/biometrics/${encodeURIComponent(credentialId)}`);
  }
}
