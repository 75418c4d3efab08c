import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { BaseConfig } from '../src/config/load-config.js';

/** Real broker and database from the environment; topics, groups and database of this test file alone. */
export async function testConfig(name: string): Promise<BaseConfig> {
  const { KAFKA_BROKERS, MONGO_URL } = process.env;
  if (!KAFKA_BROKERS || !MONGO_URL)
    throw new Error('component tests need KAFKA_BROKERS and MONGO_URL; use `npm run component`');
  const run = randomBytes(4).toString('hex');
  const [grpc, http] = await Promise.all([freePort(), freePort()]);
  return {
    KAFKA_BROKERS,
    MONGO_URL,
    TOPIC_PREFIX: `t-${run}-`,
    MONGO_DATABASE: `test_${name}_${run}`,
    GRPC_LISTEN: `127.0.0.1:${grpc}`,
    HTTP_LISTEN: `127.0.0.1:${http}`,
    LOG_LEVEL: 'error',
  };
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });

/** Polls until `probe` gives something truthy; the error says what was waited for. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T> | T,
  timeoutMs = 15_000,
): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await delay(25);
  }
}
