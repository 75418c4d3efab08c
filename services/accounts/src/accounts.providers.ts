import { type Provider, type Type } from '@nestjs/common';
import { RiskClient, TransactionsClient } from '@openswipe/contracts';
import type { Clock } from '@openswipe/kernel';
import { CLOCK, MONGO, OutboxRelay, RemoteService } from '@openswipe/service-kit';
import type { Connection } from 'mongoose';
import { AuthenticateApiKey } from './application/authenticate-api-key.js';
import { ApplyForReader } from './application/apply-for-reader.js';
import { BeginBiometricRegistration } from './application/begin-biometric-registration.js';
import { BindReader } from './application/bind-reader.js';
import { CancelReaderApplication } from './application/cancel-reader-application.js';
import { ChangeMobile } from './application/change-mobile.js';
import { CheckReader } from './application/check-reader.js';
import { ConfirmMobile } from './application/confirm-mobile.js';
import { CreateMerchant } from './application/create-merchant.js';
import { EnrolTerminal } from './application/enrol-terminal.js';
import { FinishBiometricRegistration } from './application/finish-biometric-registration.js';
import { ForgetOldDeliveries } from './application/forget-old-deliveries.js';
import { GetAccount } from './application/get-account.js';
import { GetPayee } from './application/get-payee.js';
import { ListBiometricCredentials } from './application/list-biometric-credentials.js';
import { ListDeliveries } from './application/list-deliveries.js';
import { ListReaders } from './application/list-readers.js';
import { ListTerminals } from './application/list-terminals.js';
import { LogIn } from './application/log-in.js';
import { LogOut } from './application/log-out.js';
import { OpenSession } from './application/open-session.js';
import { MeasureDeliveries } from './application/measure-deliveries.js';
import { QueueDeliveries } from './application/queue-deliveries.js';
import { RefreshSession } from './application/refresh-session.js';
import { RegisterAccount } from './application/register-account.js';
import { RemoveBiometricCredential } from './application/remove-biometric-credential.js';
import { ReportReaderLost } from './application/report-reader-lost.js';
import { ResolveAccount } from './application/resolve-account.js';
import { RevokeTerminal } from './application/revoke-terminal.js';
import { SendMobileCode } from './application/send-mobile-code.js';
import { ShipReader } from './application/ship-reader.js';
import { SignReturn } from './application/sign-return.js';
import { SweepExpired } from './application/sweep-expired.js';
import { TellOfReaders } from './application/tell-of-readers.js';
import { VerifyBiometric } from './application/verify-biometric.js';
import { TerminalCertificateAuthority } from './ca/terminal-certificate-authority.js';
import type { AccountsConfig } from './config.js';
import { AccessTokenIssuer } from './crypto/access-token-issuer.js';
import { DataCipher } from './crypto/data-cipher.js';
import { PasswordHasher } from './crypto/password-hasher.js';
import { RefreshTokenCodec } from './crypto/refresh-token-codec.js';
import { systemRandom } from './crypto/system-random.js';
import { RemoteKeyIssuers } from './grpc/remote-key-issuers.js';
import { terminalRevoked } from './kafka/terminal-revoked.js';
import { AccountRepository } from './mongo/account.repository.js';
import { BiometricChallengeRepository } from './mongo/biometric-challenge.repository.js';
import { BiometricCredentialRepository } from './mongo/biometric-credential.repository.js';
import { DeliveryRepository } from './mongo/delivery.repository.js';
import { LogInTriesRepository } from './mongo/log-in-tries.repository.js';
import { MerchantRepository } from './mongo/merchant.repository.js';
import { ReaderRepository } from './mongo/reader.repository.js';
import { SessionFamilyRepository } from './mongo/session-family.repository.js';
import { TerminalRepository } from './mongo/terminal.repository.js';
import { HttpTextMessages } from './sms/http-text-messages.js';
import { SmtpLetterSender } from './smtp/smtp-letter-sender.js';
import { SimpleWebAuthn } from './webauthn/simple-web-authn.js';
import { HttpWebhookSender } from './webhook/http-webhook-sender.js';

const RANDOM = Symbol('RANDOM');

type Repository = { open(connection: Connection): Promise<unknown> };
type Token<T> = Type<T> | symbol | { readonly prototype: T };

/** A class of ours, made from other providers; the compiler checks that each provider fits its parameter. */
const made = <D extends unknown[], C>(
  type: new (...needs: D) => C,
  ...inject: { [K in keyof D]: Token<D[K]> }
): Provider => ({
  provide: type,
  useFactory: (...needs: D) => new type(...needs),
  inject: inject as never[],
});

const opened = (...repositories: (Repository & { readonly name: string })[]): Provider[] =>
  repositories.map((repository) => ({
    provide: repository as never,
    useFactory: (connection: Connection) => repository.open(connection),
    inject: [MONGO],
  }));

/** Adapters: where the service meets its store, its neighbours and the world. */
export const outerRooms = (config: AccountsConfig): Provider[] => [
  ...opened(AccountRepository, SessionFamilyRepository),
  {
    provide: TerminalRepository,
    useFactory: (connection: Connection, relay: OutboxRelay) =>
      TerminalRepository.open(connection, relay, terminalRevoked),
    inject: [MONGO, OutboxRelay],
  },
  ...opened(LogInTriesRepository, MerchantRepository, DeliveryRepository, ReaderRepository),
  ...opened(BiometricCredentialRepository, BiometricChallengeRepository),
  { provide: RANDOM, useValue: systemRandom },
  { provide: PasswordHasher, useFactory: () => new PasswordHasher() },
  { provide: DataCipher, useFactory: () => new DataCipher(config.DATA_KEY) },
  { provide: RefreshTokenCodec, useFactory: () => new RefreshTokenCodec(config.DATA_KEY) },
  {
    provide: AccessTokenIssuer,
    useFactory: () => AccessTokenIssuer.from(config.TOKEN_SIGNING_KEY.reveal('sign access tokens'), config.PUBLIC_URL),
  },
  {
    provide: TerminalCertificateAuthority,
    useFactory: () => new TerminalCertificateAuthority(config.CA_PRIVATE_KEY, config.CA_CERTIFICATE),
  },
  {
    provide: RemoteKeyIssuers,
    useFactory: () =>
      new RemoteKeyIssuers(
        new RemoteService(TransactionsClient, config.TRANSACTIONS_ADDRESS),
        new RemoteService(RiskClient, config.RISK_ADDRESS),
      ),
  },
  { provide: SmtpLetterSender, useFactory: () => new SmtpLetterSender(config.SMTP_URL, config.MAIL_FROM) },
  { provide: HttpTextMessages, useFactory: () => new HttpTextMessages(config.SMS_URL, config.SMS_TOKEN) },
  { provide: SimpleWebAuthn, useFactory: () => new SimpleWebAuthn(config.PUBLIC_URL) },
  {
    provide: ForgetOldDeliveries,
    useFactory: (deliveries: DeliveryRepository, clock: Clock) =>
      new ForgetOldDeliveries(deliveries, config.DELIVERY_RETENTION_DAYS, clock),
    inject: [DeliveryRepository, CLOCK],
  },
  {
    provide: HttpWebhookSender,
    useFactory: (clock: Clock) => new HttpWebhookSender(config.ALLOW_PRIVATE_WEBHOOKS, clock),
    inject: [CLOCK],
  },
];

const readerUseCases: Provider[] = [
  made(TellOfReaders, ReaderRepository, DeliveryRepository, CLOCK),
  made(ApplyForReader, ReaderRepository, AccountRepository, DataCipher, CLOCK),
  made(CancelReaderApplication, ReaderRepository),
  made(ListReaders, ReaderRepository),
  made(ShipReader, ReaderRepository, TellOfReaders, CLOCK),
  made(BindReader, ReaderRepository, TerminalRepository, CLOCK),
  made(ReportReaderLost, ReaderRepository, TellOfReaders, CLOCK),
  made(CheckReader, ReaderRepository),
];

const biometricUseCases: Provider[] = [
  made(
    BeginBiometricRegistration,
    AccountRepository,
    TerminalRepository,
    BiometricCredentialRepository,
    BiometricChallengeRepository,
    SimpleWebAuthn,
    RANDOM,
    CLOCK,
  ),
  made(
    FinishBiometricRegistration,
    TerminalRepository,
    BiometricCredentialRepository,
    BiometricChallengeRepository,
    SimpleWebAuthn,
    CLOCK,
  ),
  made(ListBiometricCredentials, BiometricCredentialRepository),
  made(RemoveBiometricCredential, BiometricCredentialRepository),
  made(VerifyBiometric, TerminalRepository, BiometricCredentialRepository, SimpleWebAuthn, CLOCK),
];

export const useCases: Provider[] = [
  made(
    SendMobileCode,
    AccountRepository,
    DeliveryRepository,
    LogInTriesRepository,
    HttpTextMessages,
    DataCipher,
    RANDOM,
    CLOCK,
  ),
  made(RegisterAccount, AccountRepository, PasswordHasher, DataCipher, SendMobileCode, CLOCK),
  made(ChangeMobile, AccountRepository, SendMobileCode),
  made(ConfirmMobile, AccountRepository, DataCipher, CLOCK),
  made(GetAccount, AccountRepository),
  made(ResolveAccount, AccountRepository),
  made(GetPayee, AccountRepository, MerchantRepository, DataCipher),
  made(OpenSession, SessionFamilyRepository, RefreshTokenCodec, AccessTokenIssuer, CLOCK),
  made(LogIn, AccountRepository, TerminalRepository, LogInTriesRepository, PasswordHasher, OpenSession, RANDOM, CLOCK),
  made(RefreshSession, SessionFamilyRepository, TerminalRepository, RefreshTokenCodec, AccessTokenIssuer, CLOCK),
  made(LogOut, SessionFamilyRepository, RefreshTokenCodec),
  made(
    EnrolTerminal,
    TerminalRepository,
    SessionFamilyRepository,
    TerminalCertificateAuthority,
    RemoteKeyIssuers,
    OpenSession,
    RANDOM,
    CLOCK,
  ),
  made(ListTerminals, TerminalRepository),
  made(RevokeTerminal, TerminalRepository, BiometricCredentialRepository, CLOCK),
  made(CreateMerchant, MerchantRepository, DataCipher, RANDOM, CLOCK),
  made(AuthenticateApiKey, MerchantRepository),
  made(SignReturn, MerchantRepository, DataCipher),
  made(ListDeliveries, DeliveryRepository),
  made(QueueDeliveries, MerchantRepository, DeliveryRepository, CLOCK),
  made(MeasureDeliveries, DeliveryRepository, CLOCK),
  made(SweepExpired, SessionFamilyRepository, LogInTriesRepository, BiometricChallengeRepository, CLOCK),
  ...readerUseCases,
  ...biometricUseCases,
];
