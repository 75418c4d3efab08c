import { afterEach, expect, it } from '@jest/globals';
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import { LedgerClient, LedgerService, type ListEntriesRequest, ListEntriesResponse } from '@openswipe/contracts';
import { connect, createServer, type Socket } from 'node:net';
import { RemoteService } from '../src/index.js';
import { eventually } from './stack.js';

const ended: (() => void)[] = [];

afterEach(() => ended.splice(0).forEach((end) => end()));

async function aReplica() {
  const replica = { calls: 0, address: '', stop: (): void => server.forceShutdown() };
  const server = new Server();
  server.addService(LedgerService as never, {
    listEntries: (_: ServerUnaryCall<ListEntriesRequest, unknown>, answer: sendUnaryData<ListEntriesResponse>) => {
      replica.calls += 1;
      answer(null, ListEntriesResponse.create());
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, found) =>
      error ? reject(error) : resolve(found),
    ),
  );
  replica.address = `127.0.0.1:${port}`;
  ended.push(replica.stop);
  return replica;
}

it('calls every replica in turn, and the rest when one is gone', async () => {
  const [one, two] = [await aReplica(), await aReplica()];
  const remote = new RemoteService(LedgerClient, `ipv4:${one.address},${two.address}`);
  ended.push(() => remote.close());
  const call = () => remote.call.listEntries({ orderId: 'ord_1' });
  await eventually('calls at both', async () => {
    await call();
    return one.calls > 0 && two.calls > 0;
  });
  const before = [one.calls, two.calls];
  await Promise.all(Array.from({ length: 20 }, call));
  expect([one.calls, two.calls].map((calls, i) => calls - (before[i] ?? 0))).toEqual([10, 10]);

  one.stop();
  const left = one.calls;
  await eventually('the loss to be noticed', () =>
    call().then(
      () => true,
      () => false,
    ),
  );
  const answered = two.calls;
  await Promise.all(Array.from({ length: 20 }, call));
  expect([one.calls, two.calls]).toEqual([left, answered + 20]);
});

/** A way to the replica whose connections get no answer while it is silent, and never after either. */
async function aGateTo(address: string) {
  const gate = { isSilent: true, address: '' };
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    sockets.push(near.on('error', () => undefined));
    if (gate.isSilent) return near.resume();
    const far = connect(Number(address.split(':')[1]), '127.0.0.1').on('error', () => undefined);
    sockets.push(near.pipe(far).pipe(near));
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  gate.address = `127.0.0.1:${(server.address() as { port: number }).port}`;
  ended.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return gate;
}

it('finds a peer again that took its connections and said nothing', async () => {
  const replica = await aReplica();
  const gate = await aGateTo(replica.address);
  const remote = new RemoteService(LedgerClient, gate.address);
  ended.push(() => remote.close());
  const call = () => remote.call.listEntries({ orderId: 'ord_1' }, { deadlineMs: 300 });
  for (let time = 0; time < 3; time += 1) await expect(call()).rejects.toThrow('gave no answer');
  gate.isSilent = false;
  await eventually('an answer', () =>
    call().then(
      () => true,
      () => false,
    ),
  );
  expect(replica.calls).toBeGreaterThan(0);
});
