import { type DynamicModule, Module } from '@nestjs/common';
import { OrdersService } from '@openswipe/contracts';
import { type Clock, systemClock } from '@openswipe/kernel';
import {
  CLOCK,
  Consumers,
  LOGGER,
  type Logger,
  MONGO,
  OutboxRelay,
  ServiceKitModule,
  type ServiceOptions,
} from '@openswipe/service-kit';
import type { Connection } from 'mongoose';
import { ApplyConcludedTransactions } from './application/apply-concluded-transactions.js';
import { BeginPayments } from './application/begin-payments.js';
import { CancelOrder } from './application/cancel-order.js';
import { ClaimOrder } from './application/claim-order.js';
import { CreateOrder } from './application/create-order.js';
import { ExpireOrders } from './application/expire-orders.js';
import { GetOrder } from './application/get-order.js';
import { ListInbox } from './application/list-inbox.js';
import { ListOrders } from './application/list-orders.js';
import { NameAccount } from './application/name-account.js';
import type { OrderRepository } from './application/ports.js';
import { ReleaseOrder } from './application/release-order.js';
import type { OrdersConfig } from './config.js';
import { OrdersGrpcController } from './grpc/orders.grpc.controller.js';
import { ConcludedTransactionsConsumer } from './kafka/concluded-transactions.consumer.js';
import { orderChanged } from './kafka/order-changed.js';
import { ExpirySweeper } from './loop/expiry-sweeper.js';
import { MongoIdempotencyKeys } from './mongo/idempotency-keys.js';
import { MongoOrders } from './mongo/order.repository.js';

/** Every use case that needs the orders and the time, no more. */
const USE_CASES = [
  GetOrder,
  ListOrders,
  NameAccount,
  ListInbox,
  ClaimOrder,
  ReleaseOrder,
  CancelOrder,
  BeginPayments,
  ApplyConcludedTransactions,
  ExpireOrders,
].map((UseCase: new (orders: OrderRepository, clock: Clock) => unknown) => ({
  provide: UseCase,
  useFactory: (orders: OrderRepository, clock: Clock) => new UseCase(orders, clock),
  inject: [MongoOrders, CLOCK],
}));

/** The only place where ports meet adapters. */
@Module({})
export class OrdersModule {
  static forRoot(config: OrdersConfig, clock: Clock = systemClock): DynamicModule {
    return {
      module: OrdersModule,
      imports: [ServiceKitModule.forRoot('orders', config, clock)],
      controllers: [OrdersGrpcController],
      providers: [
        {
          provide: MongoOrders,
          useFactory: (mongo: Connection, relay: OutboxRelay) => MongoOrders.open(mongo, relay, orderChanged),
          inject: [MONGO, OutboxRelay],
        },
        {
          provide: MongoIdempotencyKeys,
          useFactory: (mongo: Connection) => MongoIdempotencyKeys.open(mongo),
          inject: [MONGO],
        },
        ...USE_CASES,
        {
          provide: CreateOrder,
          useFactory: (orders: MongoOrders, keys: MongoIdempotencyKeys) => new CreateOrder(orders, keys, clock),
          inject: [MongoOrders, MongoIdempotencyKeys],
        },
        {
          provide: ConcludedTransactionsConsumer,
          useFactory: (consumers: Consumers, application: ApplyConcludedTransactions) =>
            new ConcludedTransactionsConsumer(consumers, application),
          inject: [Consumers, ApplyConcludedTransactions],
        },
        {
          provide: ExpirySweeper,
          useFactory: (expiry: ExpireOrders, logger: Logger) =>
            new ExpirySweeper(expiry, config.EXPIRY_INTERVAL_SECONDS, logger),
          inject: [ExpireOrders, LOGGER],
        },
      ],
    };
  }
}

/** What `startService` needs to run this service. */
export const options = (config: OrdersConfig, clock?: Clock): ServiceOptions => ({
  name: 'orders',
  config,
  module: OrdersModule.forRoot(config, clock),
  grpc: ['openswipe.orders.v1.Orders', OrdersService],
});
