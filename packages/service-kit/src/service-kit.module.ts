import { type DynamicModule, Module } from '@nestjs/common';
import type { ServiceName } from '@openswipe/contracts';
import { type Clock, systemClock } from '@openswipe/kernel';
import type { Connection } from 'mongoose';
import type { BaseConfig, EdgeConfig } from './config/load-config.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { Broadcast } from './kafka/broadcast.js';
import { Consumers } from './kafka/consumers.js';
import { KafkaBroker } from './kafka/kafka.js';
import { Publisher } from './kafka/publisher.js';
import { LOGGER, type Logger, createLogger } from './logging/logger.js';
import { connectMongo } from './mongo/mongo.js';
import { OutboxRelay } from './outbox/outbox.js';

/** Injection tokens of what the chassis provides beside its classes. */
export const CONFIG = Symbol('CONFIG');
export const CLOCK = Symbol('CLOCK');
export const MONGO = Symbol('MONGO');

/** Provides config, logger, clock, database connection (where the config names one), Kafka doors, outbox, health. */
@Module({})
export class ServiceKitModule {
  static forRoot(service: ServiceName, config: BaseConfig | EdgeConfig, clock: Clock = systemClock): DynamicModule {
    const settings = { brokers: config.KAFKA_BROKERS, topicPrefix: config.TOPIC_PREFIX, clientId: service };
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: CLOCK, useValue: clock },
      { provide: LOGGER, useValue: createLogger(service, config.LOG_LEVEL) },
      ...databaseProviders(config),
      { provide: KafkaBroker, useFactory: (logger: Logger) => new KafkaBroker(settings, logger), inject: [LOGGER] },
      { provide: Publisher, useFactory: (broker: KafkaBroker) => new Publisher(broker), inject: [KafkaBroker] },
      {
        provide: Consumers,
        useFactory: (broker: KafkaBroker, publisher: Publisher, logger: Logger) =>
          new Consumers(broker, publisher, service, logger),
        inject: [KafkaBroker, Publisher, LOGGER],
      },
      {
        provide: Broadcast,
        useFactory: (broker: KafkaBroker, logger: Logger) => new Broadcast(broker, logger),
        inject: [KafkaBroker, LOGGER],
      },
      {
        provide: OutboxRelay,
        useFactory: (publisher: Publisher, logger: Logger) => new OutboxRelay(publisher, logger),
        inject: [Publisher, LOGGER],
      },
      Readiness,
    ];
    return {
      module: ServiceKitModule,
      global: true,
      controllers: [HealthController],
      providers,
      exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
    };
  }
}

function databaseProviders(config: BaseConfig | EdgeConfig) {
  if (!('MONGO_URL' in config)) return [];
  const useFactory = (): Promise<Connection> => connectMongo(config.MONGO_URL, config.MONGO_DATABASE);
  return [{ provide: MONGO, useFactory }];
}
