import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type CreatedMerchant,
  type Delivery,
  DeliveryStatus,
  type Order,
  OrderKind,
  OrderStatus,
  TOPICS,
} from '@openswipe/contracts';
import { newId } from '@openswipe/kernel';
import { KafkaBroker, Publisher, createLogger, toRecord } from '@openswipe/service-kit';
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { DeliveryRepository } from '../src/mongo/delivery.repository.js';
import { anOrderMessage, failed, paid } from './builders/an-order-message.js';
import { type ReceivedWebhook, ShopEndpoint, eventually, freePort } from './neighbours.js';
import { type RunningAccounts, aRegistration, runAccounts } from './running-accounts.js';

let accounts: RunningAccounts;
let publisher: Publisher;
beforeAll(async () => {
  accounts = await runAccounts();
  const { KAFKA_BROKERS: brokers, TOPIC_PREFIX: topicPrefix } = accounts.config;
  const broker = new KafkaBroker({ brokers, topicPrefix, clientId: 'orders' }, createLogger('test', 'silent'));
  publisher = new Publisher(broker);
});
afterAll(async () => {
  await publisher?.disconnect();
  await accounts?.stop();
});

async function publish(...orders: Order[]): Promise<void> {
  const context = { correlationId: 'test', causationId: 'test', occurredAt: new Date() };
  await publisher.publish(orders.map((order) => toRecord(TOPICS.orderChanged, order.id, { order }, context)));
}

const aMerchant = (webhookUrl: string, idempotencyKey: string = newId('event')): Promise<CreatedMerchant> =>
  accounts.call.createMerchant({
    name: 'Tea & Co',
    email: 'shop@example.com',
    bankAccount: { bankCode: '103100000026', accountNumber: 'SHOP-0001-7777', holder: 'Tea & Co' },
    webhookUrl,
    idempotencyKey,
  });

async function anEndpoint(): Promise<ShopEndpoint> {
  const endpoint = new ShopEndpoint(await freePort());
  await endpoint.up();
  return endpoint;
}

const deliveriesOf = async ({ id }: Order): Promise<Delivery[]> =>
  (await accounts.call.listDeliveries({ orderId: id })).deliveries;
const delivered = (order: Order, count: number): Promise<Delivery[]> =>
  eventually(`${count} deliveries`, async () => {
    const done = (await deliveriesOf(order)).filter(
      ({ status }) => status === DeliveryStatus.DELIVERY_STATUS_DELIVERED,
    );
    return done.length >= count ? done : undefined;
  });
const eventOf = (webhook: ReceivedWebhook | undefined) => JSON.parse(webhook?.body ?? '{}');

describe('merchants', () => {
  it('are made once for one idempotency key, and show their secrets once', async () => {
    const [first, second] = await Promise.all([aMerchant('', 'key-1'), aMerchant('', 'key-1')]);
    expect(second!.merchant).toEqual(first!.merchant);
    const secrets = [first!, second!].map(({ secretKey, webhookSecret }) => [secretKey, webhookSecret]).sort();
    expect(secrets).toEqual([
      ['', ''],
      [expect.stringMatching(/^sk_test_[\w-]{43}$/), expect.stringMatching(/^whsec_[\w+/]{43}=$/)],
    ]);
    const other = aMerchant('http://other.example/', 'key-1');
    await expect(other).rejects.toMatchObject({ code: 'ACCOUNTS.IDEMPOTENCY_KEY_REUSED', kind: 'conflict' });
    const stored = JSON.stringify(await accounts.database.collection('merchants').find().toArray());
    expect(stored).not.toMatch(/sk_test_|whsec_|SHOP0001/);
  });

  it('are known by their secret key and paid to their bank account', async () => {
    const { merchant, secretKey } = await aMerchant('');
    expect(await accounts.call.authenticateApiKey({ secretKey })).toEqual(merchant);
    const forged = accounts.call.authenticateApiKey({ secretKey: `${secretKey}x` });
    await expect(forged).rejects.toMatchObject({ code: 'ACCOUNTS.API_KEY_UNKNOWN', kind: 'unauthenticated' });
    expect(await accounts.call.getPayee({ payeeId: merchant!.id })).toEqual({
      id: merchant!.id,
      name: 'Tea & Co',
      bankAccount: { bankCode: '103100000026', accountNumber: 'SHOP00017777', holder: 'Tea & Co' },
    });
  });

  it('can check what the browser brings back', async () => {
    const { merchant, webhookSecret } = await aMerchant('');
    const request = { merchantId: merchant!.id, orderId: 'ord_1', status: 'paid' };
    const key = Buffer.from(webhookSecret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update('ord_1.paid').digest('base64url');
    expect(await accounts.call.signReturn(request)).toEqual({ signature });
    const unknown = accounts.call.signReturn({ ...request, merchantId: 'mer_0' });
    await expect(unknown).rejects.toMatchObject({ code: 'ACCOUNTS.MERCHANT_NOT_FOUND' });
  });
});

describe('webhooks', () => {
  it('tell of a payment once, signed, whatever is delivered again', async () => {
    const shop = await anEndpoint();
    const { merchant, webhookSecret } = await aMerchant(shop.url);
    const order = paid(anOrderMessage({ merchantId: merchant!.id, payeeId: merchant!.id }));
    await publish(anOrderMessage({ ...order, status: OrderStatus.ORDER_STATUS_PENDING }), order, order);
    const [delivery] = await delivered(order, 1);
    await publish(order, { ...order, version: order.version + 1n });
    const later = anOrderMessage({ merchantId: merchant!.id, status: OrderStatus.ORDER_STATUS_EXPIRED, id: order.id });
    await publish(later);
    await delivered(order, 2);
    await shop.down();
    expect(shop.received.map((webhook) => eventOf(webhook).type)).toEqual(['order.paid', 'order.expired']);
    const [webhook] = shop.received;
    const event = new Webhook(webhookSecret).verify(webhook!.body, webhook!.headers);
    expect(event).toMatchObject({
      type: 'order.paid',
      timestamp: '2026-03-01T08:02:00.000Z',
      data: {
        order: {
          id: order.id,
          kind: 'pay',
          status: 'paid',
          amountMinor: '2500',
          lines: [{ name: 'Long Jing', quantity: 2, unitAmountMinor: '1250', attributes: { 'net weight': '50 g' } }],
          payment: { card: { brand: 'unionpay', last4: '0018', entryMode: 'magstripe' }, authorizationCode: 'A1B2C3' },
          checkoutUrl: `http://pay.example/checkout/${order.id}`,
        },
      },
    });
    expect(webhook!.headers['webhook-id']).toBe(delivery!.id);
    expect(webhook!.body).not.toContain('tok_of_the_vault');
    const forged = () => new Webhook(webhookSecret).verify(webhook!.body.replace('2500', '1'), webhook!.headers);
    expect(forged).toThrow();
  });

  it('tell of each failure and of a cancelation', async () => {
    const shop = await anEndpoint();
    const { merchant } = await aMerchant(shop.url);
    const order = anOrderMessage({ merchantId: merchant!.id });
    const twice = failed(failed(order, 'txn_1'), 'txn_2');
    await publish(failed(order, 'txn_1'), failed(order, 'txn_1'), twice);
    await publish({ ...twice, status: OrderStatus.ORDER_STATUS_CANCELED });
    await delivered(order, 3);
    await shop.down();
    const seen = shop.received.map(eventOf).map(({ type, data }) => [type, data.order.lastFailure.transactionId]);
    expect(seen.sort()).toEqual([
      ['order.canceled', 'txn_2'],
      ['order.payment_failed', 'txn_1'],
      ['order.payment_failed', 'txn_2'],
    ]);
  });

  it('are tried again until the endpoint answers well', async () => {
    const shop = await anEndpoint();
    shop.status = 500;
    const { merchant } = await aMerchant(shop.url);
    const order = paid(anOrderMessage({ merchantId: merchant!.id }));
    await publish(order);
    const [waiting] = await eventually('a failed attempt', async () => {
      const failures = (await deliveriesOf(order)).filter(({ lastError }) => lastError !== '');
      return failures.length > 0 ? failures : undefined;
    });
    expect(waiting).toMatchObject({
      status: DeliveryStatus.DELIVERY_STATUS_QUEUED,
      lastError: 'the endpoint answered 500',
    });
    expect(waiting!.nextAttemptAt!.getTime()).toBeLessThan(Date.now() + 10_000);
    shop.status = 200;
    const [done] = await delivered(order, 1);
    await shop.down();
    expect(done!.attemptCount).toBeGreaterThan(1);
    expect(new Set(shop.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([done!.id]));
  });

  it('resume at once when a new event finds the endpoint up after hours', async () => {
    const shop = new ShopEndpoint(await freePort());
    const { merchant } = await aMerchant(shop.url);
    const missed = [1, 2, 3, 4, 5, 6].map(() => paid(anOrderMessage({ merchantId: merchant!.id })));
    await publish(...missed);
    const deliveries = accounts.database.collection('deliveries');
    const recipient = { recipientId: merchant!.id };
    await eventually('six failed attempts', async () =>
      (await deliveries.countDocuments({ ...recipient, lastError: 'no connection (ECONNREFUSED)' })) === 6
        ? true
        : undefined,
    );
    await deliveries.updateMany(recipient, { $set: { nextAttemptAt: new Date(Date.now() + 6 * 3_600_000) } });
    await shop.up();
    await publish(paid(anOrderMessage({ merchantId: merchant!.id })));
    await eventually('seven webhooks', () => (shop.received.length >= 7 ? true : undefined));
    await shop.down();
    const ids = shop.received.map((webhook) => eventOf(webhook).data.order.id as string);
    expect(new Set(ids).size).toBe(7);
    expect(missed.every(({ id }) => ids.includes(id))).toBe(true);
  });

  it('of one slow shop do not hold up another', async () => {
    const { createServer } = await import('node:http');
    const port = await freePort();
    const slow = createServer(() => undefined);
    await new Promise<void>((resolve) => slow.listen(port, '127.0.0.1', resolve));
    const shop = await anEndpoint();
    const [slowMerchant, merchant] = await Promise.all([aMerchant(`http://127.0.0.1:${port}/`), aMerchant(shop.url)]);
    const flood = Array.from({ length: 40 }, () => paid(anOrderMessage({ merchantId: slowMerchant.merchant!.id })));
    const order = paid(anOrderMessage({ merchantId: merchant.merchant!.id }));
    await publish(...flood);
    await publish(order);
    await delivered(order, 1);
    slow.closeAllConnections();
    slow.close();
    await shop.down();
    await accounts.database.collection('deliveries').deleteMany({ recipientId: slowMerchant.merchant!.id });
  });

  it('of a busy shop are looked for now and then, not one by one', async () => {
    const shop = await anEndpoint();
    const { merchant } = await aMerchant(shop.url);
    const looks = jest.spyOn(accounts.service.app.get(DeliveryRepository), 'findDue');
    const orders = Array.from({ length: 300 }, () => paid(anOrderMessage({ merchantId: merchant!.id })));
    await publish(...orders);
    await eventually('300 webhooks', () => shop.received.length >= 300 || undefined, 60_000);
    await shop.down();
    expect(new Set(shop.received.map((webhook) => eventOf(webhook).data.order.id)).size).toBe(300);
    expect(shop.received).toHaveLength(300);
    expect(looks.mock.calls.length).toBeLessThan(150);
    looks.mockRestore();
  }, 90_000);

  it('go to nobody where a merchant has no endpoint', async () => {
    const { merchant } = await aMerchant('');
    const person = await accounts.call.register(aRegistration());
    const order = paid(anOrderMessage({ merchantId: merchant!.id, targetAccountId: person.id }));
    await publish(order);
    const all = await delivered(order, 1);
    expect(all.map(({ channel }) => channel)).toEqual(['email']);
    expect(await deliveriesOf(order)).toHaveLength(1);
  });
});

describe('bills', () => {
  it('reach the payer once, in the language of the account', async () => {
    const people = await Promise.all(
      ['zh-CN', 'en'].map((locale) => accounts.call.register(aRegistration({ locale }))),
    );
    const orders = people.map(({ id }) => paid(anOrderMessage({ targetAccountId: id })));
    await publish(...orders, ...orders);
    await Promise.all(orders.map((order) => delivered(order, 1)));
    await publish(...orders);
    const letters = people.map(({ email }) => accounts.mail.to(email));
    expect(letters.map(({ length }) => length)).toEqual([1, 1]);
    const [chinese, english] = letters.map(([letter]) => letter!);
    expect(chinese!.headers).toContain('Subject: 账单:向 茶店 Tea & <Co> 支付 ¥25.00');
    expect(chinese!.headers).toContain('From: Openswipe <bills@openswipe.example>');
    expect(english!.headers).toContain('Subject: Your bill: CN¥25.00 to 茶店 Tea & <Co>');
    for (const fact of ['Long Jing', '¥12.50', '¥25.00', '0018', 'A1B2C3']) {
      for (const { text, html } of [chinese!, english!])
        expect([text, html]).toEqual([expect.stringContaining(fact), expect.stringContaining(fact)]);
    }
    expect(chinese!.text).toContain('授权码: A1B2C3');
    expect(chinese!.text).toContain('银联 •••• 0018');
    expect(english!.text).toContain(`Order: ${orders[1]!.id}`);
    expect(english!.html).toContain('茶店 Tea &amp; &lt;Co&gt;');
    expect(english!.html).not.toContain('<Co>');
  });

  it('tell the payee of a collect order that money came in', async () => {
    const payee = await accounts.call.register(aRegistration({ locale: 'en' }));
    const parties = { targetAccountId: payee.id, payeeId: payee.id, payeeName: 'Li Wei' };
    const order = paid(anOrderMessage({ ...parties, kind: OrderKind.ORDER_KIND_COLLECT }));
    await publish(order);
    const [delivery] = await delivered(order, 1);
    expect(delivery).toMatchObject({ channel: 'email', eventType: 'order.paid' });
    const [letter] = accounts.mail.to(payee.email);
    expect(letter!.headers).toContain('Subject: Money received: CN¥25.00');
  });

  it('fail at once for an account that does not exist', async () => {
    const order = paid(anOrderMessage({ targetAccountId: newId('account') }));
    await publish(order);
    const [gone] = await eventually('the failure', async () => {
      const all = await deliveriesOf(order);
      return all[0]?.status === DeliveryStatus.DELIVERY_STATUS_FAILED ? all : undefined;
    });
    expect(gone).toMatchObject({ attemptCount: 1, lastError: 'the account does not exist', nextAttemptAt: undefined });
  });
});
