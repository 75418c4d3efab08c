import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Openswipe, OpenswipeProblem, verifyReturn, verifyWebhook } from './index.js';

const SECRET = `whsec_${Buffer.from('a secret of the merchant, 32 byt').toString('base64')}`;
const NEW_ORDER = { amountMinor: '100', currency: 'CNY', returnUrl: 'http://localhost/back' };

const problem = (status: number, code: string) =>
  Response.json(
    { code, detail: 'why', requestId: 'r1' },
    { status, headers: { 'content-type': 'application/problem+json' } },
  );

function clientAnswering(...answers: Response[]) {
  const keys: string[] = [];
  const send = async (_: unknown, init?: RequestInit) => {
    keys.push(new Headers(init?.headers).get('idempotency-key') ?? '');
    return answers.shift() as Response;
  };
  const client = new Openswipe({ secretKey: 'sk_test_x', baseUrl: 'http://localhost', fetch: send as typeof fetch });
  return { client, keys };
}

describe('Openswipe', () => {
  it('repeats a failed create with the same idempotency key', async () => {
    const { client, keys } = clientAnswering(problem(503, 'GATEWAY.UNAVAILABLE'), Response.json({ id: 'ord_1' }));
    await expect(client.createOrder(NEW_ORDER)).resolves.toEqual({ id: 'ord_1' });
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  it('does not repeat a refusal, and gives its code', async () => {
    const { client, keys } = clientAnswering(problem(409, 'ORDERS.IDEMPOTENCY_KEY_REUSED'));
    const refusal = await client.createOrder(NEW_ORDER, 'k1').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OpenswipeProblem);
    expect(refusal).toMatchObject({ status: 409, code: 'ORDERS.IDEMPOTENCY_KEY_REUSED', requestId: 'r1' });
    expect(keys).toEqual(['k1']);
  });
});

describe('verifyWebhook', () => {
  const body = JSON.stringify({
    type: 'order.paid',
    timestamp: '2026-01-01T00:00:00Z',
    data: { order: { id: 'ord_1' } },
  });
  const sign = (at: Date) => ({
    'webhook-id': 'dlv_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign('dlv_1', at, body),
  });

  it('accepts what the platform signed', () => {
    expect(verifyWebhook(SECRET, body, sign(new Date()))?.type).toBe('order.paid');
  });

  it('refuses a changed byte and an old signature', () => {
    expect(verifyWebhook(SECRET, body.replace('ord_1', 'ord_2'), sign(new Date()))).toBeUndefined();
    expect(verifyWebhook(SECRET, body, sign(new Date(Date.now() - 600_000)))).toBeUndefined();
  });
});

describe('verifyReturn', () => {
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update('ord_1.paid').digest('base64url');

  it('accepts the signed order and status, and nothing else', () => {
    expect(verifyReturn(SECRET, new URLSearchParams({ order: 'ord_1', status: 'paid', signature }))).toBe(true);
    expect(verifyReturn(SECRET, new URLSearchParams({ order: 'ord_1', status: 'canceled', signature }))).toBe(false);
    expect(verifyReturn(SECRET, new URLSearchParams({ order: 'ord_1', status: 'paid' }))).toBe(false);
  });
});
