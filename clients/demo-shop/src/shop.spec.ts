import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { Journal } from './journal.js';
import { Shop } from './shop.js';

const SECRET = `whsec_${Buffer.from('a secret of the merchant, 32 byt').toString('base64')}`;
const ORDER = {
  id: 'ord_1',
  status: 'paid',
  amountMinor: '12800',
  currency: 'CNY',
  lines: [{ name: 'Tea', quantity: 2 }],
};

describe('the demo shop', () => {
  let dataDir: string;
  let app: FastifyInstance;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'shop-'));
    app = await open();
  });

  afterEach(async () => {
    await app.close();
    await rm(dataDir, { recursive: true });
  });

  const open = async () => {
    const config = {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'http://shop.test',
      openswipeUrl: 'http://127.0.0.1:1',
      secretKey: 'sk_test_x',
      webhookSecret: SECRET,
      dataDir,
    };
    return new Shop(config, await new Journal(dataDir).open()).build();
  };

  const deliver = (body: string, id = 'dlv_1', signed = body) =>
    app.inject({
      method: 'POST',
      url: '/webhooks',
      payload: body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': new Webhook(SECRET).sign(id, new Date(), signed),
      },
    });

  const event = JSON.stringify({ type: 'order.paid', timestamp: '2026-01-01T00:00:00Z', data: { order: ORDER } });

  it('stores a webhook before it acknowledges it, and knows a repeat after a restart', async () => {
    expect((await deliver(event)).statusCode).toBe(201);
    await app.close();
    app = await open();
    expect((await deliver(event)).statusCode).toBe(200);
    expect((await app.inject('/')).body).toContain('2 × Tea');
  });

  it('refuses a webhook whose bytes were changed', async () => {
    expect((await deliver(event.replace('12800', '1'), 'dlv_2', event)).statusCode).toBe(401);
  });

  it('speaks both languages and runs no script', async () => {
    const chinese = await app.inject({ url: '/', headers: { 'accept-language': 'zh-CN,zh;q=0.9' } });
    expect(chinese.body).toContain('西湖龙井');
    expect(chinese.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await app.inject('/?lang=en')).body).toContain('CN¥128.00');
  });

  it('says so when the platform does not answer, and orders nothing', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/buy',
      payload: 'product=longjing&quantity=1&attempt=a&lang=en',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.statusCode).toBe(502);
    expect(answer.body).toContain('Nothing was ordered');
  });

  it('sends nonsense back to the shop', async () => {
    for (const payload of [
      'product=nothing&quantity=1',
      'product=longjing&quantity=0',
      'product=longjing&quantity=1e9',
    ]) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      expect((await app.inject({ method: 'POST', url: '/buy', payload, headers })).statusCode).toBe(303);
    }
    expect((await app.inject('/thanks?order=ord_nobody')).statusCode).toBe(303);
  });
});
