import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { watchedSocket } from './watched-socket.js';

let server: Server;
const open: Socket[] = [];

/** A broker of which only the connections are of interest. */
async function aBroker(onRequest: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    open.push(socket.on('error', () => undefined).on('data', () => onRequest(socket)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

async function connected(port: number, usual: number, joining = usual): Promise<Socket> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = watchedSocket({ host: '127.0.0.1', port, onConnect: resolve }, { usual, joining });
  await promise;
  open.push(socket);
  return socket;
}

afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
  server.close();
});

describe('a watched socket', () => {
  it('ends when a request gets no answer, however many follow it', async () => {
    const socket = await connected(await aBroker(() => undefined), 60);
    const again = setInterval(() => socket.write('heartbeat'), 10);
    const [error] = await once(socket, 'close').then(
      () => [new Error('closed without a reason')],
      (fault: unknown) => [fault],
    );
    clearInterval(again);
    expect(error).toMatchObject({ code: 'ETIMEDOUT' });
  });

  const METADATA = 3;
  const JOIN_GROUP = 11;
  const request = (apiKey: number) => Buffer.from([0, 0, 0, 4, 0, apiKey, 0, 5]);

  it('waits longer for a member that joins, though another request waits before it', async () => {
    const socket = await connected(await aBroker(() => undefined), 60, 600);
    const began = performance.now();
    socket.write(request(METADATA));
    socket.write(request(JOIN_GROUP));
    socket.write(request(METADATA));
    await expect(once(socket, 'close')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(performance.now() - began).toBeGreaterThan(590);
  });

  it('waits no longer once the join was answered', async () => {
    let answers = 1;
    const port = await aBroker((peer) => {
      if (answers-- > 0) peer.write('answer');
    });
    const socket = await connected(port, 60, 60_000);
    socket.write(request(JOIN_GROUP));
    await once(socket, 'data');
    socket.write(request(METADATA));
    await expect(once(socket, 'close')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('stays while answers come', async () => {
    const socket = await connected(await aBroker((peer) => peer.write('answer')), 500);
    const failed = once(socket, 'error');
    const talk = (async () => {
      for (const end = Date.now() + 1_100; Date.now() < end; await once(socket, 'data')) socket.write('request');
      return 'alive';
    })();
    await expect(Promise.race([failed, talk])).resolves.toBe('alive');
    expect(socket.destroyed).toBe(false);
  });
});
