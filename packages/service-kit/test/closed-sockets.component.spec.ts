import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { connectMongo } from '../src/mongo/mongo.js';

/** What the driver keeps to itself: the connection by which it looks whether the server lives. */
interface Monitored {
  readonly topology: {
    readonly s: { readonly servers: Map<string, { readonly monitor: { readonly connection: Wire | null } }> };
  };
}
interface Wire {
  readonly socket: { destroy(): void };
  command(namespace: object, command: object, options: object): Promise<unknown>;
}

const LONG_MS = 5_000;
let connection: Connection;

beforeAll(async () => {
  const url = process.env['MONGO_URL'];
  if (!url) throw new Error('MONGO_URL is not set');
  connection = await connectMongo(url, 'closed_sockets');
});

afterAll(async () => {
  await connection.close();
});

it('a look at the server fails when its connection has just been destroyed, and the next one finds it', async () => {
  const { topology } = connection.getClient() as unknown as Monitored;
  const [server] = topology.s.servers.values();
  const wire = server?.monitor.connection;
  if (!wire) throw new Error('the driver has no connection to look by');
  wire.socket.destroy();
  // The socket has not said yet that it is closed: the driver alone would wait for it to drain, for ever.
  const namespace = { db: 'admin', toString: () => 'admin.$cmd' };
  const look = wire.command(namespace, { hello: 1 }, { socketTimeoutMS: LONG_MS }).then(
    () => 'answered',
    (fault: Error) => fault.message,
  );
  expect(await Promise.race([look, delay(LONG_MS, 'nothing', { ref: false })])).toMatch(/closed/);
  await connection.collection('restarted').insertOne({ at: new Date() });
});
