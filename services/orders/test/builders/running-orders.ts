import { OrdersClient } from '@openswipe/contracts';
import { RemoteService, type RunningService, loadConfig, startService } from '@openswipe/service-kit';
import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { ordersConfig } from '../../src/config.js';
import { options } from '../../src/orders.module.js';

const required = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must name the broker or database of this test`);
  return value;
};

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface RunningOrders {
  readonly service: RunningService;
  readonly remote: RemoteService<OrdersClient>;
  /** Moves the service's clock. */
  advance(minutes: number): void;
  stop(): Promise<void>;
}

export async function runningOrders(): Promise<RunningOrders> {
  const run = randomBytes(4).toString('hex');
  const address = `127.0.0.1:${await freePort()}`;
  const config = loadConfig(ordersConfig, {
    KAFKA_BROKERS: required('KAFKA_BROKERS'),
    MONGO_URL: required('MONGO_URL'),
    MONGO_DATABASE: `t-orders-${run}`,
    TOPIC_PREFIX: `t-${run}-`,
    GRPC_LISTEN: address,
    HTTP_LISTEN: `127.0.0.1:${await freePort()}`,
    LOG_LEVEL: 'warn',
    EXPIRY_INTERVAL_SECONDS: '0.1',
  });
  let offsetMs = 0;
  const service = await startService(options(config, { now: () => new Date(Date.now() + offsetMs) }));
  const remote = new RemoteService(OrdersClient, address);
  return {
    service,
    remote,
    advance: (minutes) => (offsetMs += minutes * 60_000),
    stop: async () => {
      remote.close();
      await service.stop();
    },
  };
}

/** Waits for a condition with a deadline; never for a time. */
export async function eventually<T>(read: () => Promise<T | undefined> | T | undefined, what: string): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = await read();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`did not happen in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
