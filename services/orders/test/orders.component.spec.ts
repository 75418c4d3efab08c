import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateOrderRequest,
  type Order,
  OrderKind,
  OrderStatus,
  TOPICS,
  Transaction,
  TransactionStatus,
} from '@openswipe/contracts';
import { newId } from '@openswipe/kernel';
import { KafkaBroker, MONGO, Publisher, toRecord } from '@openswipe/service-kit';
import type { Consumer } from 'kafkajs';
import type { Connection } from 'mongoose';
import { createHash, randomUUID } from 'node:crypto';
import { type RunningOrders, eventually, runningOrders } from './builders/running-orders.js';

const { ORDER_STATUS_CLAIMED, ORDER_STATUS_EXPIRED, ORDER_STATUS_PAID, ORDER_STATUS_PENDING } = OrderStatus;
const merchantId = newId('merchant');
const accountId = newId('account');

const aRequest = (changes: Partial<CreateOrderRequest> = {}): CreateOrderRequest =>
  CreateOrderRequest.fromPartial({
    kind: OrderKind.ORDER_KIND_PAY,
    merchantId,
    payeeId: merchantId,
    payeeName: 'Tea House',
    targetAccountId: accountId,
    total: { amountMinor: 1_250n, currency: 'CNY' },
    lines: [
      { name: 'Tea', quantity: 1, unitAmountMinor: 1_250n, attributes: { 'net.weight': '100 g', $type: 'green' } },
    ],
    returnUrl: 'https://shop.example/return',
    idempotencyKey: randomUUID(),
    fingerprint: createHash('sha256').update('request').digest('hex'),
    ...changes,
  });

describe('orders on the real broker and database', () => {
  let orders: RunningOrders;
  let reader: Consumer;
  const events: Order[] = [];

  const call = (): RunningOrders['remote']['call'] => orders.remote.call;
  const get = (orderId: string): Promise<Order> =>
    call().getOrder({ orderId, asker: { $case: 'checkout', checkout: true } });
  const eventsOf = (orderId: string): Order[] => events.filter(({ id }) => id === orderId);
  const statusBecomes = (orderId: string, status: OrderStatus): Promise<Order> =>
    eventually(async () => {
      const order = await get(orderId);
      return order.status === status ? order : undefined;
    }, `status ${status}`);
  const claimed = async (terminalId: string): Promise<Order> => {
    const { id } = await call().createOrder(aRequest());
    return call().claimOrder({ orderId: id, accountId, terminalId });
  };
  const begin = async (orderId: string, transactionId: string, terminalId: string) => {
    const item = { orderId, transactionId, terminalId, accountId };
    return (await call().beginPayments({ items: [item] })).results[0]?.result;
  };
  const conclude = async (...transactions: Partial<Transaction>[]): Promise<void> => {
    const records = transactions.map((partial) => {
      const transaction = Transaction.fromPartial({ concludedAt: new Date(), ...partial });
      const context = { correlationId: transaction.orderId, causationId: transaction.id, occurredAt: new Date() };
      return toRecord(TOPICS.transactionConcluded, transaction.orderId, { transaction }, context);
    });
    await orders.service.app.get(Publisher).publish(records);
  };

  /** The service has committed every conclusion published so far. */
  const allConcludedAreRead = async (): Promise<void> => {
    const broker = orders.service.app.get(KafkaBroker);
    const topic = broker.physicalName(TOPICS.transactionConcluded.name);
    const admin = broker.client.admin();
    await admin.connect();
    const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, high]));
    await eventually(async () => {
      const [group] = await admin.fetchOffsets({ groupId: broker.physicalName('orders'), topics: [topic] });
      const isRead = (partition: number, offset: string) => [offset, '0'].includes(ends.get(partition) ?? '0');
      return group?.partitions.every(({ partition, offset }) => isRead(partition, offset)) || undefined;
    }, 'all conclusions read');
    await admin.disconnect();
  };

  beforeAll(async () => {
    orders = await runningOrders();
    const broker = orders.service.app.get(KafkaBroker);
    reader = broker.client.consumer({ groupId: broker.physicalName('test') });
    await reader.connect();
    await reader.subscribe({ topic: broker.physicalName(TOPICS.orderChanged.name), fromBeginning: true });
    await reader.run({
      eachMessage: async ({ message }) => {
        const { order } = TOPICS.orderChanged.codec.decode(message.value ?? Buffer.alloc(0));
        if (order) events.push(order);
      },
    });
  });

  afterAll(async () => {
    await reader?.disconnect();
    await orders?.stop();
  });

  it('takes an order through its whole life and tells of each step', async () => {
    const request = aRequest({ targetAccountId: '' });
    const created = await call().createOrder(request);
    expect(created).toMatchObject({ status: OrderStatus.ORDER_STATUS_CREATED, lines: request.lines, version: 1n });
    await call().nameAccount({ orderId: created.id, accountId });
    const inbox = await call().listInbox({ accountId });
    expect(inbox.orders.map(({ id }) => id)).toContain(created.id);
    const terminalId = newId('terminal');
    await call().claimOrder({ orderId: created.id, accountId, terminalId });
    const [first, second] = [newId('transaction'), newId('transaction')];
    expect(await begin(created.id, first, terminalId)).toMatchObject({ $case: 'order' });
    const declined = { status: TransactionStatus.TRANSACTION_STATUS_DECLINED, reasonCode: 'RISK.PIN_WRONG' };
    await conclude({ id: first, orderId: created.id, ...declined, facts: { triesLeft: '2' } });
    const failed = await statusBecomes(created.id, ORDER_STATUS_CLAIMED);
    expect(failed.lastFailure).toMatchObject({ transactionId: first, facts: { triesLeft: '2' } });
    expect(await begin(created.id, second, terminalId)).toMatchObject({ $case: 'order' });
    const settled = { status: TransactionStatus.TRANSACTION_STATUS_SETTLED, journalEntryId: `${second}:settle` };
    const card = { cardToken: 'tok', bin: '622848', last4: '0001', brand: 'unionpay', entryMode: 1, readerKind: 'x' };
    await conclude({ id: second, orderId: created.id, ...settled, card: { ...card, readerProtected: true } });
    const paid = await statusBecomes(created.id, ORDER_STATUS_PAID);
    expect(paid.payment).toMatchObject({ transactionId: second, card });
    expect(paid.digest).toBe(created.digest);
    await eventually(() => eventsOf(created.id).find(({ status }) => status === ORDER_STATUS_PAID), 'paid event');
    const versions = new Set(eventsOf(created.id).map(({ version }) => version));
    expect([...versions].sort()).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n]);
    expect(paid.history.map(({ status }) => status)).toEqual([1, 2, 3, 4, 3, 4, 5]);
  });

  it('makes one order of 20 parallel requests with one key, and refuses the key for another request', async () => {
    const request = aRequest();
    const made = await Promise.all(Array.from({ length: 20 }, () => call().createOrder(request)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(new Set(made.map(({ digest }) => digest)).size).toBe(1);
    const other = { ...request, fingerprint: 'a'.repeat(64) };
    await expect(call().createOrder(other)).rejects.toMatchObject({ code: 'ORDERS.IDEMPOTENCY_KEY_REUSED' });
    await expect(call().createOrder({ ...request, merchantId: '', payeeId: accountId })).resolves.not.toMatchObject({
      id: made[0]?.id,
    });
  });

  it('completes a creation that a crash cut after the key was written', async () => {
    const request = aRequest();
    const orderId = newId('order');
    const usedAt = new Date(Date.now() - 1_000);
    const keys = orders.service.app.get<Connection>(MONGO).collection<{ _id: string }>('idempotency_keys');
    const _id = `${merchantId}:${request.idempotencyKey}`;
    await keys.insertOne({ _id, orderId, fingerprint: request.fingerprint, usedAt } as never);
    const order = await call().createOrder(request);
    expect(order).toMatchObject({ id: orderId, createdAt: usedAt });
    expect(await call().createOrder(request)).toEqual(order);
  });

  it('lets one of 50 terminals claim', async () => {
    const { id: orderId } = await call().createOrder(aRequest());
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, () => call().claimOrder({ orderId, accountId, terminalId: newId('terminal') })),
    );
    const won = tries.filter(({ status }) => status === 'fulfilled');
    const codes = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(won).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['ORDERS.CLAIMED_BY_OTHER_TERMINAL']));
  });

  it('lets one of two transactions hold an order, in one batch and in parallel ones', async () => {
    const terminalId = newId('terminal');
    const { id: orderId } = await claimed(terminalId);
    const items = [1, 2].map(() => ({ orderId, accountId, terminalId, transactionId: newId('transaction') }));
    const batches = await Promise.all([...items, ...items].map((item) => call().beginPayments({ items: [item] })));
    const kinds = batches.map(({ results }) => results[0]?.result?.$case);
    expect(kinds.filter((kind) => kind === 'order')).toHaveLength(2);
    expect(kinds.slice(0, 2)).toEqual(kinds.slice(2));
    const { id: other } = await claimed(terminalId);
    const foreign = { orderId: other, accountId: newId('account'), terminalId, transactionId: 'txn_f' };
    const pair = items.map((item) => ({ ...item, orderId: other }));
    const { results } = await call().beginPayments({ items: [foreign, ...pair] });
    expect(results.map(({ result }) => (result?.$case === 'refusal' ? result.refusal.code : 'held'))).toEqual([
      'ORDERS.NOT_FOUND',
      'held',
      'ORDERS.ALREADY_PAYING',
    ]);
  });

  it('ignores repeated conclusions and those of transactions that do not hold the order', async () => {
    const terminalId = newId('terminal');
    const { id: orderId } = await claimed(terminalId);
    const transactionId = newId('transaction');
    await begin(orderId, transactionId, terminalId);
    const settled = { orderId, status: TransactionStatus.TRANSACTION_STATUS_SETTLED };
    const rejected = { orderId, status: TransactionStatus.TRANSACTION_STATUS_REJECTED, reasonCode: 'X' };
    const own = { ...settled, id: transactionId };
    await conclude({ ...rejected, id: newId('transaction') }, own, own, { ...rejected, id: transactionId });
    const paid = await statusBecomes(orderId, ORDER_STATUS_PAID);
    await conclude(own);
    await allConcludedAreRead();
    expect(await get(orderId)).toEqual(paid);
    expect(paid.lastFailure).toBeUndefined();
    await eventually(() => (eventsOf(orderId).length >= 4 ? true : undefined), 'four events');
    expect(new Set(eventsOf(orderId).map(({ version }) => version)).size).toBe(4);
  });

  it('shows an order to its owners alone and pages by id', async () => {
    const own = newId('merchant');
    const made: Order[] = [];
    for (let count = 0; count < 3; count += 1) made.push(await call().createOrder(aRequest({ merchantId: own })));
    const ids = made.map(({ id }) => id).reverse();
    const page = await call().listOrders({ merchantId: own, pageSize: 2, afterId: '' });
    expect([page.orders.map(({ id }) => id), page.hasMore]).toEqual([ids.slice(0, 2), true]);
    const rest = await call().listOrders({ merchantId: own, pageSize: 2, afterId: ids[1] ?? '' });
    expect([rest.orders.map(({ id }) => id), rest.hasMore]).toEqual([ids.slice(2), false]);
    const asked = call().getOrder({ orderId: ids[0] ?? '', asker: { $case: 'merchantId', merchantId } });
    await expect(asked).rejects.toMatchObject({ code: 'ORDERS.NOT_FOUND', kind: 'not-found' });
  });

  it('gives back claims that ran out, expires orders past their time, and leaves the paying one alone', async () => {
    const terminalId = newId('terminal');
    const waiting = await claimed(terminalId);
    const paying = await claimed(terminalId);
    await begin(paying.id, newId('transaction'), terminalId);
    orders.advance(6);
    expect((await statusBecomes(waiting.id, ORDER_STATUS_PENDING)).claim).toBeUndefined();
    orders.advance(30);
    await statusBecomes(waiting.id, ORDER_STATUS_EXPIRED);
    const late = call().claimOrder({ orderId: waiting.id, accountId, terminalId });
    await expect(late).rejects.toMatchObject({ code: 'ORDERS.EXPIRED', kind: 'gone' });
    const held = await get(paying.id);
    expect(held.status).toBe(OrderStatus.ORDER_STATUS_PAYING);
    const status = TransactionStatus.TRANSACTION_STATUS_DECLINED;
    await conclude({ id: held.transactionId, orderId: paying.id, status, reasonCode: 'RISK.AMOUNT_LIMIT' });
    await statusBecomes(paying.id, ORDER_STATUS_EXPIRED);
  });
});
