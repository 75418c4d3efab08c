import { type DynamicModule, Module } from '@nestjs/common';
import { type Clock, systemClock } from '@openswipe/kernel';
import { Broadcast, LOGGER, type Logger, ServiceKitModule, type ServiceOptions } from '@openswipe/service-kit';
import { CheckoutController } from './checkout/checkout.controller.js';
import { CheckoutStates } from './checkout/checkout-state.js';
import { LandingController } from './checkout/landing.controller.js';
import type { GatewayConfig } from './config.js';
import { Peers } from './grpc/peers.js';
import { edgeAdapter, prepareEdge } from './http/edge.js';
import { API_DESCRIPTION, OpenApiController } from './http/openapi.controller.js';
import { describeApi } from './http/openapi.js';
import { MerchantOrdersController } from './merchant-api/merchant-orders.controller.js';
import { Merchants } from './merchant-api/merchants.js';
import { ChangesReader } from './push/changes.reader.js';
import { PushHub } from './push/push-hub.js';
import { TerminalEventsController } from './push/terminal-events.controller.js';
import { AccessTokens } from './terminal-api/access-tokens.js';
import { AccountsController } from './terminal-api/accounts.controller.js';
import { BiometricsController } from './terminal-api/biometrics.controller.js';
import { ReaderChallengesController } from './terminal-api/reader-challenges.controller.js';
import { ReadersController } from './terminal-api/readers.controller.js';
import { SecurityChecksController } from './terminal-api/security-checks.controller.js';
import { SessionsController } from './terminal-api/sessions.controller.js';
import { TerminalConfigController } from './terminal-api/terminal-config.controller.js';
import { TerminalOrdersController } from './terminal-api/terminal-orders.controller.js';
import { TerminalsController } from './terminal-api/terminals.controller.js';
import { TransactionsController } from './terminal-api/transactions.controller.js';

const API_CONTROLLERS = [
  MerchantOrdersController,
  AccountsController,
  SessionsController,
  TerminalsController,
  TerminalConfigController,
  TerminalEventsController,
  TerminalOrdersController,
  TransactionsController,
  ReadersController,
  ReaderChallengesController,
  BiometricsController,
  SecurityChecksController,
];

/** The only place where the rooms of the edge meet. */
@Module({})
export class GatewayModule {
  static forRoot(config: GatewayConfig, clock: Clock = systemClock): DynamicModule {
    return {
      module: GatewayModule,
      imports: [ServiceKitModule.forRoot('gateway', config, clock)],
      controllers: [...API_CONTROLLERS, CheckoutController, LandingController, OpenApiController],
      providers: [
        { provide: Peers, useFactory: () => new Peers(config) },
        { provide: Merchants, useFactory: ({ accounts }: Peers) => new Merchants(accounts, clock), inject: [Peers] },
        {
          provide: AccessTokens,
          useFactory: ({ accounts }: Peers) => new AccessTokens(accounts, clock),
          inject: [Peers],
        },
        {
          provide: CheckoutStates,
          useFactory: ({ accounts }: Peers) => new CheckoutStates(accounts, clock),
          inject: [Peers],
        },
        { provide: PushHub, useFactory: () => new PushHub(clock) },
        {
          provide: ChangesReader,
          useFactory: (
            broadcast: Broadcast,
            hub: PushHub,
            states: CheckoutStates,
            tokens: AccessTokens,
            logger: Logger,
          ) => new ChangesReader(broadcast, hub, states, tokens, logger),
          inject: [Broadcast, PushHub, CheckoutStates, AccessTokens, LOGGER],
        },
        { provide: API_DESCRIPTION, useFactory: () => describeApi(API_CONTROLLERS, config.PUBLIC_URL) },
      ],
    };
  }
}

/** What `startService` needs to run this service. */
export const options = (config: GatewayConfig, clock?: Clock): ServiceOptions => ({
  name: 'gateway',
  config,
  module: GatewayModule.forRoot(config, clock),
  httpAdapter: edgeAdapter(config),
  prepareHttp: (app) => prepareEdge(app, config),
});
