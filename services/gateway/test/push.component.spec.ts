import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderStatus, type Transaction, TOPICS, TransactionStatus } from '@openswipe/contracts';
import { newId } from '@openswipe/kernel';
import { PushHub } from '../src/push/push-hub.js';
import { type OpenStream, openStream } from './open-stream.js';
import { ACCOUNT, anOrder, eventually, type GatewayUnderTest, startGateway, TERMINAL } from './running-gateway.js';

let gateway: GatewayUnderTest;
const streams: OpenStream[] = [];

beforeAll(async () => {
  gateway = await startGateway();
});

afterEach(async () => {
  await Promise.all(streams.splice(0).map((stream) => stream.close()));
});

afterAll(() => gateway.stop());

async function listen(
  claims: Parameters<GatewayUnderTest['token']>[0] = {},
  headers: Record<string, string> = {},
): Promise<OpenStream> {
  const authorization = `Bearer ${await gateway.token(claims)}`;
  const stream = await openStream(`${gateway.url}/v1/terminal/events`, { authorization, ...headers });
  streams.push(stream);
  if (stream.status === 200) await stream.waitFor('hello');
  return stream;
}

const pending = (more = {}) =>
  anOrder({ targetAccountId: ACCOUNT, status: OrderStatus.ORDER_STATUS_PENDING, version: 2n, ...more });

describe('push to terminals', () => {
  it('reaches every terminal of the target account, and nobody else', async () => {
    const [one, two, other] = [
      await listen(),
      await listen({ tid: newId('terminal') }),
      await listen({ sub: newId('account') }),
    ];
    const order = await gateway.change(pending());
    const [first, second] = await Promise.all([one.waitFor('order'), two.waitFor('order')]);
    expect(first.data.order).toMatchObject({ id: order.id, status: 'pending', version: 2, amountMinor: '12850' });
    expect(second).toEqual(first);
    expect(first.id).toMatch(/^[0-9a-f]{8}-\d+$/);
    // What comes later on the same partition shows that nothing came before.
    await gateway.change({ ...order, version: 3n });
    await one.waitFor('order', 2);
    expect(other.events.map(({ event }) => event)).toEqual(['hello']);
    expect(other.text()).not.toContain(order.id);
  });

  it('tells the transaction’s account how it ended', async () => {
    const [one, other] = [await listen(), await listen({ sub: newId('account') })];
    const orderId = newId('order');
    const transaction = {
      id: `txn_${'2'.repeat(32)}`,
      orderId,
      accountId: ACCOUNT,
      terminalId: TERMINAL,
      status: TransactionStatus.TRANSACTION_STATUS_DECLINED,
      reasonCode: 'RISK.PIN_WRONG',
      facts: { triesLeft: '1' },
      amount: { amountMinor: 1n, currency: 'CNY' },
      authorizationCode: '',
      journalEntryId: '',
      submittedAt: new Date(0),
      concludedAt: new Date(1),
    } as unknown as Transaction;
    await gateway.publish(TOPICS.transactionConcluded, orderId, { transaction });
    const { data } = await one.waitFor('transaction');
    expect(data).toMatchObject({
      id: transaction.id,
      orderId,
      status: 'declined',
      reasonCode: 'RISK.PIN_WRONG',
      facts: { triesLeft: '1' },
    });
    expect(other.text()).not.toContain(transaction.id);
  });

  it('continues after a broken connection with what the account missed', async () => {
    const watcher = await listen();
    const before = await listen();
    const seen = await gateway.change(pending());
    const { id: lastId = '' } = await before.waitFor('order');
    await before.close();
    const missed = await gateway.change(pending());
    await gateway.change(pending({ targetAccountId: newId('account') }));
    await watcher.waitFor('order', 2);
    const after = await listen({}, { 'last-event-id': lastId });
    const { data, id } = await after.waitFor('order');
    expect(data.order.id).toBe(missed.id);
    expect(Number(id?.split('-')[1])).toBeGreaterThan(Number(lastId.split('-')[1]));
    expect(after.events.map(({ event }) => event)).toEqual(['hello', 'order']);
    expect(after.events[0]?.id).toBe(lastId);
    expect(after.text()).not.toContain(seen.id);
  });

  it.each(['00000000-1', 'nonsense', '', 'epoch'])('says resync when it cannot continue from "%s"', async (given) => {
    const { data } = await (await listen()).waitFor('hello');
    const lastEventId = given === 'epoch' ? `${String(data.sequence).split('-')[0]}-999999` : given;
    const stream = await listen({}, { 'last-event-id': lastEventId });
    expect(await stream.waitFor('resync')).toMatchObject({ id: data.sequence });
  });

  it('ends a stream with its token', async () => {
    const stream = await listen({ secondsLeft: 2 });
    await eventually(() => stream.ended() || undefined, 'the end of the stream');
    expect(stream.events.map(({ event }) => event)).toEqual(['hello']);
  });

  it('ends the streams of a terminal that is signed out', async () => {
    const terminalId = newId('terminal');
    const [lost, stays] = [await listen({ tid: terminalId }), await listen()];
    gateway.neighbours.answer('revokeTerminal', () => ({}));
    const authorization = `Bearer ${await gateway.token()}`;
    await fetch(`${gateway.url}/v1/terminals/${terminalId}`, { method: 'DELETE', headers: { authorization } });
    await eventually(() => lost.ended() || undefined, 'the end of the stream');
    expect(stays.ended()).toBe(false);
    expect((await listen({ tid: terminalId })).status).toBe(401);
  });

  it('lets go of a terminal that was signed out through another replica, also after a restart', async () => {
    const terminalId = newId('terminal');
    const [lost, stays] = [await listen({ tid: terminalId }), await listen()];
    await gateway.publish(TOPICS.terminalRevoked, ACCOUNT, { accountId: ACCOUNT, terminalId });
    await eventually(() => lost.ended() || undefined, 'the end of the stream');
    expect(stays.ended()).toBe(false);
    expect((await listen({ tid: terminalId })).status).toBe(401);

    const late = await startGateway({ TOPIC_PREFIX: gateway.broker.physicalName('') });
    const ask = async (tid: string): Promise<number> => {
      const authorization = `Bearer ${await late.token({ tid })}`;
      const stream = await openStream(`${late.url}/v1/terminal/events`, { authorization });
      await stream.close();
      return stream.status;
    };
    await eventually(async () => (await ask(terminalId)) === 401 || undefined, 'the refusal of the old token');
    expect(await ask(newId('terminal'))).toBe(200);
    await late.stop();
  }, 30_000);

  it('limits the streams of one account and takes new ones when old ones are gone', async () => {
    const sub = newId('account');
    const open = await Promise.all(Array.from({ length: 32 }, () => listen({ sub })));
    const refused = await listen({ sub });
    expect(refused.status).toBe(429);
    await eventually(() => refused.ended() || undefined, 'the end of the refusal');
    expect(refused.text()).toContain('GATEWAY.TOO_MANY_STREAMS');
    await open[0]?.close();
    await eventually(async () => (await listen({ sub })).status === 200 || undefined, 'a free place');
  });

  it('refuses a stream without a token', async () => {
    expect((await fetch(`${gateway.url}/v1/terminal/events`)).status).toBe(401);
  });
});

describe('push to checkout pages', () => {
  it('tells the state and each change, with a signed return address at the end', async () => {
    const order = anOrder();
    gateway.orders.set(order.id, order);
    const stream = await openStream(`${gateway.url}/checkout/${order.id}/events`);
    streams.push(stream);
    expect((await stream.waitFor('order')).data).toEqual({ status: 'created', version: 1 });
    await gateway.change({ ...order, status: OrderStatus.ORDER_STATUS_PAID, version: 5n, targetAccountId: ACCOUNT });
    const { data } = await stream.waitFor('order', 2);
    const returnUrl = `https://shop.example/return?cart=7&order=${order.id}&status=paid&signature=sig-${order.id.slice(-4)}-paid`;
    expect(data).toEqual({ status: 'paid', version: 5, returnUrl });
    const state = await fetch(`${gateway.url}/checkout/${order.id}/state`);
    expect(await state.json()).toEqual(data);
  });

  it('returns a canceled order to the cancel address', async () => {
    const order = anOrder({ status: OrderStatus.ORDER_STATUS_EXPIRED });
    gateway.orders.set(order.id, order);
    const state = (await (await fetch(`${gateway.url}/checkout/${order.id}/state`)).json()) as { returnUrl: string };
    expect(state.returnUrl).toMatch(/^https:\/\/shop\.example\/cart\?order=ord_.*&status=expired&signature=sig-/);
  });

  it('has no stream for an order that is not there, or that no shop made', async () => {
    const own = anOrder({ merchantId: '' });
    gateway.orders.set(own.id, own);
    for (const id of [newId('order'), own.id]) {
      expect((await fetch(`${gateway.url}/checkout/${id}/events`)).status).toBe(404);
    }
  });
});

it('ends every stream and stops in time when asked to', async () => {
  const other = await startGateway();
  const stream = await openStream(`${other.url}/v1/terminal/events`, {
    authorization: `Bearer ${await other.token()}`,
  });
  await stream.waitFor('hello');
  const hub = other.service.app.get(PushHub);
  await other.stop();
  await eventually(() => stream.ended() || undefined, 'the end of the stream');
  expect(() => hub.openForPage({} as never, 'ord_1')).toThrow('on its way out');
});
