import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '@openswipe/kernel';
import { startService } from '@openswipe/service-kit';
import { gatewayConfig } from '../src/config.js';
import { options } from '../src/gateway.module.js';
import { EMAIL, type GatewayUnderTest, SECRET_KEY, startGateway } from './running-gateway.js';

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway({
    CREDENTIAL_LIMIT_PER_MINUTE: '3',
    CALL_LIMIT_PER_MINUTE: '5',
    TRUST_PROXY: '127.0.0.1',
  });
  gateway.neighbours.answer('logIn', () => {
    throw new DomainError('ACCOUNTS.CREDENTIALS_WRONG', 'no', { kind: 'unauthenticated' });
  });
  gateway.neighbours.answer('listOrders', () => ({ orders: [], hasMore: false }));
});

afterAll(() => gateway.stop());

const logIn = (client: string): Promise<Response> =>
  fetch(`${gateway.url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': client },
    body: JSON.stringify({ email: EMAIL, password: 'guess' }),
  });

describe('limits', () => {
  it('stops guessing by client address, as the trusted proxy says it', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await logIn('192.0.2.1')).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
    const refused = await logIn('192.0.2.1');
    expect(await refused.json()).toMatchObject({ status: 429, code: 'GATEWAY.TOO_MANY_REQUESTS' });
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await logIn('192.0.2.2')).status).toBe(401);
    expect(gateway.neighbours.callsOf('logIn').at(-1)).toMatchObject({ remoteAddress: '192.0.2.2' });
  });

  it('counts codes by client address, whatever token comes with them', async () => {
    gateway.neighbours.answer('confirmMobile', () => {
      throw new DomainError('ACCOUNTS.MOBILE_CODE_WRONG', 'no', { facts: { triesLeft: '4' } });
    });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      const headers = {
        'content-type': 'application/json',
        'x-forwarded-for': '192.0.2.9',
        authorization: `Bearer ${await gateway.token({ secondsLeft: 600 - count })}`,
      };
      const body = JSON.stringify({ code: '123456' });
      const response = await fetch(`${gateway.url}/v1/account/mobile/confirm`, { method: 'POST', headers, body });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([400, 400, 400, 429]);
  });

  it('counts calls by key', async () => {
    const list = async (key: string) =>
      (await fetch(`${gateway.url}/v1/orders`, { headers: { authorization: `Bearer ${key}` } })).status;
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push(await list(SECRET_KEY));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await list('sk_other')).toBe(401);
  });

  it('does not start without a built terminal, and says so', async () => {
    const config = gatewayConfig.parse({
      ...Object.fromEntries(
        ['ORDERS', 'TRANSACTIONS', 'ACCOUNTS', 'RISK'].map((name) => [`${name}_ADDRESS`, '127.0.0.1:1']),
      ),
      KAFKA_BROKERS: process.env['KAFKA_BROKERS'],
      TOPIC_PREFIX: gateway.broker.settings.topicPrefix,
      HTTP_LISTEN: '127.0.0.1:0',
      LOG_LEVEL: 'silent',
      PUBLIC_URL: 'http://localhost',
      TERMINAL_WEB_DIR: '/nowhere',
    });
    await expect(startService(options(config))).rejects.toThrow('TERMINAL_WEB_DIR: /nowhere holds no index.html');
  });
});
