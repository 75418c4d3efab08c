import { type DynamicModule, Inject, Module, type OnModuleDestroy, type Provider } from '@nestjs/common';
import { AccountsService } from '@openswipe/contracts';
import type { Clock } from '@openswipe/kernel';
import {
  CLOCK,
  Consumers,
  LOGGER,
  type Logger,
  Loop,
  type ServiceOptions,
  ServiceKitModule,
} from '@openswipe/service-kit';
import { MeasureDeliveries, countAttempt } from './application/measure-deliveries.js';
import { QueueDeliveries } from './application/queue-deliveries.js';
import { SendDueDeliveries } from './application/send-due-deliveries.js';
import { TellOfReaders } from './application/tell-of-readers.js';
import { ForgetOldDeliveries } from './application/forget-old-deliveries.js';
import { HttpTextMessages } from './sms/http-text-messages.js';
import { SweepExpired } from './application/sweep-expired.js';
import { outerRooms, useCases } from './accounts.providers.js';
import type { AccountsConfig } from './config.js';
import { DataCipher } from './crypto/data-cipher.js';
import { systemRandom } from './crypto/system-random.js';
import { AccountsGrpcController } from './grpc/accounts.grpc.controller.js';
import { BiometricsGrpcController } from './grpc/biometrics.grpc.controller.js';
import { MerchantsGrpcController } from './grpc/merchants.grpc.controller.js';
import { ReadersGrpcController } from './grpc/readers.grpc.controller.js';
import { RemoteKeyIssuers } from './grpc/remote-key-issuers.js';
import { SessionsGrpcController } from './grpc/sessions.grpc.controller.js';
import { TerminalsGrpcController } from './grpc/terminals.grpc.controller.js';
import { listenToOrders } from './kafka/order-changed.consumer.js';
import { AccountRepository } from './mongo/account.repository.js';
import { DeliveryRepository } from './mongo/delivery.repository.js';
import { MerchantRepository } from './mongo/merchant.repository.js';
import { SmtpLetterSender } from './smtp/smtp-letter-sender.js';
import { HttpWebhookSender } from './webhook/http-webhook-sender.js';

const DELIVERY_INTERVAL_MS = 500;
const SWEEP_INTERVAL_MS = 60_000;
const RETENTION_INTERVAL_MS = 3_600_000;
const MEASURE_INTERVAL_MS = 15_000;
const PUBLIC_URL = Symbol('PUBLIC_URL');
const deliveryLine: Provider = {
  provide: SendDueDeliveries,
  useFactory: (
    deliveries: DeliveryRepository,
    merchants: MerchantRepository,
    accounts: AccountRepository,
    cipher: DataCipher,
    webhooks: HttpWebhookSender,
    letters: SmtpLetterSender,
    textMessages: HttpTextMessages,
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
    const stores = { deliveries, merchants, accounts };
    const ways = { webhooks, letters, textMessages };
    return new SendDueDeliveries({ ...stores, ...ways, cipher, watcher, random: systemRandom, clock });
  },
  inject: [
    DeliveryRepository,
    MerchantRepository,
    AccountRepository,
    DataCipher,
    HttpWebhookSender,
    SmtpLetterSender,
    HttpTextMessages,
    CLOCK,
    LOGGER,
  ],
};

type Watch = ConstructorParameters<typeof SendDueDeliveries>[0]['watcher']['concluded'];

const CONTROLLERS = [
  AccountsGrpcController,
  SessionsGrpcController,
  TerminalsGrpcController,
  ReadersGrpcController,
  BiometricsGrpcController,
  MerchantsGrpcController,
];

@Module({})
export class AccountsModule implements OnModuleDestroy {
  readonly #deliveryLoop: Loop;
  readonly #loops: readonly Loop[];

  constructor(
    @Inject(SendDueDeliveries) private readonly sendDue: SendDueDeliveries,
    @Inject(SweepExpired) sweep: SweepExpired,
    @Inject(MeasureDeliveries) measure: MeasureDeliveries,
    @Inject(QueueDeliveries) queue: QueueDeliveries,
    @Inject(SmtpLetterSender) private readonly letters: SmtpLetterSender,
    @Inject(TellOfReaders) tellOfReaders: TellOfReaders,
    @Inject(ForgetOldDeliveries) forget: ForgetOldDeliveries,
    @Inject(RemoteKeyIssuers) private readonly keyIssuers: RemoteKeyIssuers,
    @Inject(Consumers) consumers: Consumers,
    @Inject(LOGGER) logger: Logger,
    @Inject(PUBLIC_URL) publicUrl: string,
  ) {
    const nudge = (): void => this.#deliveryLoop.nudge();
    this.#deliveryLoop = new Loop('deliveries', DELIVERY_INTERVAL_MS, () => sendDue.execute(nudge), logger).start();
    const every = (name: string, intervalMs: number, job: { execute(): Promise<unknown> }): Loop =>
      new Loop(name, intervalMs, () => job.execute(), logger).start();
    this.#loops = [
      this.#deliveryLoop,
      every('expiry sweep', SWEEP_INTERVAL_MS, sweep),
      every('untold readers', SWEEP_INTERVAL_MS, tellOfReaders),
      every('delivery retention', RETENTION_INTERVAL_MS, forget),
      every('delivery ages', MEASURE_INTERVAL_MS, measure),
    ];
    listenToOrders(consumers, queue, publicUrl, nudge);
  }

  static forRoot(config: AccountsConfig): DynamicModule {
    return {
      module: AccountsModule,
      imports: [ServiceKitModule.forRoot('accounts', config)],
      controllers: CONTROLLERS,
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
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await this.sendDue.settle();
    this.letters.close();
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
