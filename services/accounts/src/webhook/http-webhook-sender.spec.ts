import { afterEach, describe, expect, it } from '@jest/globals';
import { type RequestListener, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Sensitive, systemClock } from '@openswipe/kernel';
import { HttpWebhookSender } from './http-webhook-sender.js';

const secret = new Sensitive(`whsec_${Buffer.alloc(32, 7).toString('base64')}`);
let server: Server | undefined;

async function endpoint(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

afterEach(() => server?.closeAllConnections());
afterEach(() => void server?.close());

const message = (url: string) => ({ id: 'dlv_1', url, secret, body: '{}' });
const laptop = new HttpWebhookSender(true, systemClock, 200);

describe('the webhook sender', () => {
  it('does not follow a redirect', async () => {
    let calls = 0;
    const url = await endpoint((_, response) => {
      calls += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await laptop.send(message(url))).toEqual({ delivered: false, error: 'the endpoint answered 302' });
    expect(calls).toBe(1);
  });

  it('gives up on an endpoint that does not answer', async () => {
    const url = await endpoint(() => undefined);
    expect(await laptop.send(message(url))).toEqual({ delivered: false, error: 'no answer in time' });
  });

  it('does not wait for an answer without end', async () => {
    const url = await endpoint((_, response) => void response.writeHead(200).write('x'));
    expect(await laptop.send(message(url))).toEqual({ delivered: true });
  });

  it('reaches no private address unless it is told to, by number or by name', async () => {
    let calls = 0;
    const url = await endpoint((_, response) => {
      calls += 1;
      response.end();
    });
    const guarded = new HttpWebhookSender(false, systemClock, 2_000);
    const refused = { delivered: false, error: 'the address is not public' };
    expect(await guarded.send(message(url))).toEqual(refused);
    expect(await guarded.send(message(url.replace('127.0.0.1', 'localhost')))).toEqual(refused);
    expect(await guarded.send(message(url.replace('127.0.0.1', '[::ffff:127.0.0.1]')))).toEqual(refused);
    expect(await guarded.send(message(url.replace('127.0.0.1', '2130706433')))).toEqual(refused);
    expect(calls).toBe(0);
  });
});
