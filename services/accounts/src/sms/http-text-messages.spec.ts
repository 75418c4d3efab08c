import { afterEach, describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { type RequestListener, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpTextMessages } from './http-text-messages.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listen(handler: RequestListener): Promise<string> {
  server = createServer(handler);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const message = { id: 'dlv_1', to: '+8613800000000', text: new Sensitive('code 123456') };

describe('text messages by HTTP', () => {
  it('end after their deadline where the gateway says nothing', async () => {
    const url = await listen(() => undefined);
    const outcome = await new HttpTextMessages(url, undefined, 50).send(message);
    expect(outcome).toEqual({ delivered: false, error: 'the SMS gateway gave no answer in time' });
  });

  it('are not sent on to where a gateway points, and tell nothing of its answer', async () => {
    let count = 0;
    const url = await listen((_, response) => {
      count += 1;
      response.writeHead(307, { location: '/elsewhere' }).end('code 123456');
    });
    const outcome = await new HttpTextMessages(url, new Sensitive('t')).send(message);
    expect(outcome).toEqual({ delivered: false, error: 'the SMS gateway answered 307' });
    expect(count).toBe(1);
  });

  it('say so where nobody listens, or where there is no gateway', async () => {
    const url = await listen(() => undefined);
    server!.close();
    const down = await new HttpTextMessages(url, undefined).send(message);
    expect(down).toEqual({ delivered: false, error: 'no connection to the SMS gateway (ECONNREFUSED)' });
    expect(new HttpTextMessages(undefined, undefined).isAvailable).toBe(false);
  });
});
