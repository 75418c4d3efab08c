import { type DynamicModule, Inject, Module, type OnModuleDestroy, type Provider, type Type } from '@nestjs/common';
import { AccountsService, RiskClient, TransactionsClient } from '@openswipe/contracts';
import type { Clock } from '@openswipe/kernel';
import {
  CLOCK,
  Consumers,
  LOGGER,
  type Logger,
  Loop,
  MONGO,
  RemoteService,
  type ServiceOptions,
  ServiceKitModule,
} from '@openswipe/service-kit';
import type { Connection } from 'mongoose';
import { AuthenticateApiKey } from './application/authenticate-api-key.js';
import { CreateMerchant } from './application/create-merchant.js';
import { EnrolTerminal } from './application/enrol-terminal.js';
import { GetAccount } from './application/get-account.js';
import { GetPayee } from './application/get-payee.js';
import { ListDeliveries } from './application/list-deliveries.js';
import { ListTerminals } from './application/list-terminals.js';
import { LogIn } from './application/log-in.js';
import { LogOut } from './application/log-out.js';
import { OpenSession } from './application/open-session.js';
import { MeasureDeliveries, countAttempt } from './application/measure-deliveries.js';
import { QueueDeliveries } from './application/queue-deliveries.js';
import { RefreshSession } from './application/refresh-session.js';
import { RegisterAccount } from './application/register-account.js';
import { ResolveAccount } from './application/resolve-account.js';
import { RevokeTerminal } from './application/revoke-terminal.js';
import { SendDueDeliveries } from './application/send-due-deliveries.js';
import { SignReturn } from './application/sign-return.js';
import { SweepExpired } from './application/sweep-expired.js';
import { TerminalCertificateAuthority } from './ca/terminal-certificate-authority.js';
import type { AccountsConfig } from './config.js';
import { AccessTokenIssuer } from './crypto/access-token-issuer.js';
import { DataCipher } from './crypto/data-cipher.js';
import { PasswordHasher } from './crypto/password-hasher.js';
import { RefreshTokenCodec } from './crypto/refresh-token-codec.js';
import { systemRandom } from './crypto/system-random.js';
import { AccountsGrpcController } from './grpc/accounts.grpc.controller.js';
import { MerchantsGrpcController } from './grpc/merchants.grpc.controller.js';
import { RemoteKeyIssuers } from './grpc/remote-key-issuers.js';
import { SessionsGrpcController } from './grpc/sessions.grpc.controller.js';
import { TerminalsGrpcController } from './grpc/terminals.grpc.controller.js';
import { listenToOrders } from './kafka/order-changed.consumer.js';
import { AccountRepository } from './mongo/account.repository.js';
import { DeliveryRepository } from './mongo/delivery.repository.js';
import { LogInTriesRepository } from './mongo/log-in-tries.repository.js';
import { MerchantRepository } from './mongo/merchant.repository.js';
import { SessionFamilyRepository } from './mongo/session-family.repository.js';
import { TerminalRepository } from './mongo/terminal.repository.js';
import { SmtpBillSender } from './smtp/smtp-bill-sender.js';
import { HttpWebhookSender } from './webhook/http-webhook-sender.js';

const DELIVERY_INTERVAL_MS = 500;
const SWEEP_INTERVAL_MS = 60_000;
const MEASURE_INTERVAL_MS = 15_000;
const PUBLIC_URL = Symbol('PUBLIC_URL');
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

const outerRooms = (config: AccountsConfig): Provider[] => [
  ...opened(AccountRepository, TerminalRepository, SessionFamilyRepository),
  ...opened(LogInTriesRepository, MerchantRepository, DeliveryRepository),
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
  { provide: SmtpBillSender, useFactory: () => new SmtpBillSender(config.SMTP_URL, config.MAIL_FROM) },
  {
    provide: HttpWebhookSender,
    useFactory: (clock: Clock) => new HttpWebhookSender(config.ALLOW_PRIVATE_WEBHOOKS, clock),
    inject: [CLOCK],
  },
];

const useCases: Provider[] = [
  made(RegisterAccount, AccountRepository, PasswordHasher, DataCipher, CLOCK),
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
  made(RevokeTerminal, TerminalRepository),
  made(CreateMerchant, MerchantRepository, DataCipher, RANDOM, CLOCK),
  made(AuthenticateApiKey, MerchantRepository),
  made(SignReturn, MerchantRepository, DataCipher),
  made(ListDeliveries, DeliveryRepository),
  made(QueueDeliveries, MerchantRepository, DeliveryRepository, CLOCK),
  made(MeasureDeliveries, DeliveryRepository, CLOCK),
  made(SweepExpired, SessionFamilyRepository, LogInTriesRepository, CLOCK),
];

const deliveryLine: Provider = {
  provide: SendDueDeliveries,
  useFactory: (
    deliveries: DeliveryRepository,
    merchants: MerchantRepository,
    accounts: AccountRepository,
    cipher: DataCipher,
    webhooks: HttpWebhookSender,
    bills: SmtpBillSender,
    clock: Clock,
    logger: Logger,
  ) => {
    const watcher = {
      concluded: (delivery: Parameters<Watch>[0]): void => {
        countAttempt(delivery);
        const { id, orderId, channel, status, attemptCount, lastError } = delivery;
        const facts = { delivery: id, orderId, channel, status, attemptCount, lastError };
        if (status === 'delivered') logger.info(facts, 'delivered');
        else logger.warn(facts, 'not delivered');
      },
    };
    const ports = { deliveries, merchants, accounts, cipher, webhooks, bills, watcher, random: systemRandom, clock };
    return new SendDueDeliveries(ports);
  },
  inject: [
    DeliveryRepository,
    MerchantRepository,
    AccountRepository,
    DataCipher,
    HttpWebhookSender,
    SmtpBillSender,
    CLOCK,
    LOGGER,
  ],
};

type Watch = ConstructorParameters<typeof SendDueDeliveries>[0]['watcher']['concluded'];

@Module({})
export class AccountsModule implements OnModuleDestroy {
  readonly #deliveryLoop: Loop;
  readonly #sweepLoop: Loop;
  readonly #measureLoop: Loop;

  constructor(
    @Inject(SendDueDeliveries) private readonly sendDue: SendDueDeliveries,
    @Inject(SweepExpired) sweep: SweepExpired,
    @Inject(MeasureDeliveries) measure: MeasureDeliveries,
    @Inject(QueueDeliveries) queue: QueueDeliveries,
    @Inject(SmtpBillSender) private readonly bills: SmtpBillSender,
    @Inject(RemoteKeyIssuers) private readonly keyIssuers: RemoteKeyIssuers,
    @Inject(Consumers) consumers: Consumers,
    @Inject(LOGGER) logger: Logger,
    @Inject(PUBLIC_URL) publicUrl: string,
  ) {
    const nudge = (): void => this.#deliveryLoop.nudge();
    this.#deliveryLoop = new Loop('deliveries', DELIVERY_INTERVAL_MS, () => sendDue.execute(nudge), logger).start();
    this.#sweepLoop = new Loop('expiry sweep', SWEEP_INTERVAL_MS, () => sweep.execute(), logger).start();
    this.#measureLoop = new Loop('delivery ages', MEASURE_INTERVAL_MS, () => measure.execute(), logger).start();
    listenToOrders(consumers, queue, publicUrl, nudge);
  }

  static forRoot(config: AccountsConfig): DynamicModule {
    return {
      module: AccountsModule,
      imports: [ServiceKitModule.forRoot('accounts', config)],
      controllers: [AccountsGrpcController, SessionsGrpcController, TerminalsGrpcController, MerchantsGrpcController],
      providers: [
        ...outerRooms(config),
        ...useCases,
        deliveryLine,
        { provide: PUBLIC_URL, useValue: config.PUBLIC_URL },
      ],
    };
  }

  /** No new attempts; those under way end before the store closes. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.#deliveryLoop.stop(), this.#sweepLoop.stop(), this.#measureLoop.stop()]);
    await this.sendDue.settle();
    this.bills.close();
    this.keyIssuers.close();
  }
}

/** What `runService` and component tests start. */
export const options = (config: AccountsConfig): ServiceOptions => ({
  name: 'accounts',
  config,
  module: AccountsModule.forRoot(config),
  grpc: ['openswipe.accounts.v1.Accounts', AccountsService],
});
