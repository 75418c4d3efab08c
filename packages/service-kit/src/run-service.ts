import 'reflect-metadata';
import type { ServiceDefinition } from '@grpc/grpc-js';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceName } from '@openswipe/contracts';
import type { Connection } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { type BaseConfig, ConfigurationProblem, type EdgeConfig } from './config/load-config.js';
import { describeError } from './faults.js';
import { GrpcExceptionFilter } from './grpc/exception-filter.js';
import { Readiness } from './health/readiness.js';
import { Broadcast } from './kafka/broadcast.js';
import { Consumers } from './kafka/consumers.js';
import { KafkaBroker } from './kafka/kafka.js';
import { Publisher } from './kafka/publisher.js';
import { LOGGER, type Logger, createLogger, nestLogger } from './logging/logger.js';
import { GrpcMetricsInterceptor } from './metrics/grpc-metrics.interceptor.js';
import { measureHttp } from './metrics/measure-http.js';
import { startMetricsServer } from './metrics/metrics-server.js';
import { OutboxRelay } from './outbox/outbox.js';
import { MONGO } from './service-kit.module.js';

export interface ServiceOptions {
  readonly name: ServiceName;
  readonly config: BaseConfig | EdgeConfig;
  readonly module: DynamicModule | Type;
  /** Fully qualified name and generated definition, e.g. `['openswipe.orders.v1.Orders', OrdersService]`. */
  readonly grpc?: readonly [name: string, definition: ServiceDefinition];
  /** Routes and plugins of the edge, before it listens. */
  readonly prepareHttp?: (app: NestFastifyApplication) => Promise<void>;
  readonly httpAdapter?: FastifyAdapter;
}

export interface RunningService {
  readonly app: NestFastifyApplication;
  stop(): Promise<void>;
}

/**
 * What a new version needs before it runs: its topics, collections and indexes. Does nothing that is done, so that a
 * release may do it once ahead of its replicas; they would otherwise do it at their start.
 */
export async function prepareService(options: ServiceOptions): Promise<void> {
  const app = await createApp(options);
  const logger = app.get<Logger>(LOGGER);
  try {
    await app.get(KafkaBroker).ensureTopics(options.name);
    logger.info('prepared');
  } finally {
    await stop(app, options.config);
  }
}

/** Everything is made, and the database's collections with it; nothing runs yet. */
const createApp = ({ name, config, module, httpAdapter }: ServiceOptions): Promise<NestFastifyApplication> =>
  NestFactory.create<NestFastifyApplication>(module, httpAdapter ?? new FastifyAdapter(), {
    logger: nestLogger(createLogger(name, config.LOG_LEVEL)),
    abortOnError: false,
  });

/** Starts a service: topics, gRPC, HTTP, then consumers; resolves when it is ready. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { config } = options;
  const app = await createApp(options);
  const logger = app.get<Logger>(LOGGER);
  try {
    await open(app, options, logger);
  } catch (error) {
    // What did start would keep the process alive.
    await stop(app, config).catch(() => undefined);
    throw error;
  }
  app.get(Readiness).ready = true;
  logger.info({ grpc: 'GRPC_LISTEN' in config ? config.GRPC_LISTEN : undefined, http: config.HTTP_LISTEN }, 'ready');
  return { app, stop: () => stop(app, config) };
}

async function open(app: NestFastifyApplication, options: ServiceOptions, logger: Logger): Promise<void> {
  const { name, config } = options;
  await app.get(KafkaBroker).ensureTopics(name);
  await app.get(Publisher).connect();
  if (options.grpc && 'GRPC_LISTEN' in config) connectGrpc(app, options.grpc, config.GRPC_LISTEN, logger);
  sendClientsAway(app);
  measureHttp(app);
  await options.prepareHttp?.(app);
  await app.startAllMicroservices();
  const [host, port] = splitAddress(config.HTTP_LISTEN);
  await app.listen(port, host);
  if (config.METRICS_LISTEN) {
    const server = await startMetricsServer(...splitAddress(config.METRICS_LISTEN));
    app.getHttpServer().once('close', () => server.close());
  }
  app.get(OutboxRelay).start();
  await Promise.all([app.get(Consumers).start(), app.get(Broadcast).start()]);
}

function connectGrpc(
  app: NestFastifyApplication,
  [serviceName, definition]: NonNullable<ServiceOptions['grpc']>,
  url: string,
  logger: Logger,
): void {
  const packageName = serviceName.slice(0, serviceName.lastIndexOf('.'));
  const microservice = app.connectMicroservice<GrpcOptions>(
    {
      transport: Transport.GRPC,
      options: {
        url,
        package: packageName,
        packageDefinition: { [serviceName]: definition },
        // Calls under way are answered, and callers are told to go elsewhere.
        gracefulShutdown: true,
        // A caller's next connection finds any of the replicas: so new ones get calls within a minute.
        channelOptions: { 'grpc.max_connection_age_ms': 60_000, 'grpc.max_connection_age_grace_ms': 10_000 },
      },
    },
    // Otherwise handlers are bound at once, before the filter below is known.
    { deferInitialization: true },
  );
  microservice.useGlobalFilters(new GrpcExceptionFilter(logger));
  microservice.useGlobalInterceptors(new GrpcMetricsInterceptor());
}

/** While it is not ready, each answer ends its connection: a client that keeps one open finds another replica. */
function sendClientsAway(app: NestFastifyApplication): void {
  const readiness = app.get(Readiness);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (_request, reply) => {
      if (!readiness.ready) reply.header('connection', 'close');
    });
}

/** Not ready first, then no new records, then no new calls, then the last events out. */
async function stop(app: NestFastifyApplication, config: ServiceOptions['config']): Promise<void> {
  app.get(Readiness).ready = false;
  await Promise.all([app.get(Consumers).stop(), app.get(Broadcast).stop()]);
  await app.close();
  await app.get(OutboxRelay).stop();
  await app.get(Publisher).disconnect();
  if ('MONGO_URL' in config) await app.get<Connection>(MONGO).close();
}

const SHUTDOWN_DEADLINE_MS = 20_000;

/**
 * `main.ts` of every service: one sentence and exit code 1 where it cannot start; SIGTERM and SIGINT end it well. With
 * the argument `prepare` it is `prepareService` and ends.
 */
export async function runService(options: () => ServiceOptions): Promise<void> {
  try {
    const settings = options();
    if (process.argv[2] === 'prepare') {
      await prepareService(settings);
      process.exit(0);
    }
    const service = await startService(settings);
    const end = (): void => {
      setTimeout(() => process.exit(1), SHUTDOWN_DEADLINE_MS).unref();
      void drain(service.app, settings)
        .then(service.stop)
        .then(
          () => process.exit(0),
          () => process.exit(1),
        );
    };
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
  } catch (error) {
    const sentence = error instanceof ConfigurationProblem ? error.message : `Cannot start: ${describeError(error)}`;
    process.stderr.write(`${sentence}\n`);
    process.exit(1);
  }
}

async function drain(app: NestFastifyApplication, { config }: ServiceOptions): Promise<void> {
  app.get(Readiness).ready = false;
  await delay((config.DRAIN_SECONDS ?? 0) * 1_000);
}

function splitAddress(address: string): [host: string, port: number] {
  const colon = address.lastIndexOf(':');
  return [address.slice(0, colon), Number(address.slice(colon + 1))];
}
