import { signal } from '@preact/signals';
import { describe, expect, it } from '@jest/globals';
import { anOrder } from '../../test/a-terminal.js';
import type { Order, OrderStatus } from '../gateway/order.js';
import { Problem } from '../gateway/problem.js';
import type { Transaction } from '../gateway/transaction.js';
import type { Connection } from '../orders/inbox.js';
import { MemoryStore } from '../store/memory-store.js';
import { recordOf, type PaymentRecord } from './payment-record.js';
import { RecordUpdates } from './record-updates.js';

const CARD = { masked: '', bin: '622588', last4: '0001', entryMode: 'magstripe', readerKind: 'simulated' } as const;
const settled = {
  ...{ id: 'txn_1', status: 'settled', authorizationCode: '831000', journalEntryId: 'txn_1:settle' },
  concludedAt: '2026-11-25T08:00:00Z',
} as unknown as Transaction;

/** A terminal with one record, and a platform whose order has that status. */
async function aTerminal(status: OrderStatus, known: Transaction = settled) {
  const order = await anOrder({ status });
  const body = { orderId: order.id, suite: 'os1', ksn: '', nonce: '', ciphertext: '', tag: '' };
  const records = new MemoryStore<PaymentRecord>();
  const submission = { accountId: 'acc_1', terminalId: 'ter_1', order, card: CARD, body };
  await records.put('txn_1', 'acc_1', recordOf(submission, known));
  const inbox = { connection: signal<Connection>('connecting'), pushed: signal<Order | undefined>(undefined) };
  const asked: string[] = [];
  const api = {
    order: (id: string) => (asked.push(id), Promise.resolve(order)),
    transaction: () => Promise.resolve(settled),
  };
  const updates = new RecordUpdates(api, records, inbox);
  return { updates, records, inbox, order, asked, api, record: () => records.get('txn_1') };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition never came true');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('RecordUpdates', () => {
  it('completes a record and shows a refund after each connect', async () => {
    const half = { id: 'txn_1', status: 'settled', submittedAt: '2026-11-25T08:00:00Z' } as unknown as Transaction;
    const { updates, inbox, record } = await aTerminal('partially_refunded', half);
    updates.start('acc_1');
    expect((await record())?.authorizationCode).toBe('');
    inbox.connection.value = 'live';
    await until(async () => (await record())?.refund !== undefined);
    expect(await record()).toMatchObject({
      ...{ authorizationCode: '831000', journalEntryId: 'txn_1:settle', refund: 'partially_refunded' },
    });
    updates.stop();
  });

  it('shows a refund that is pushed, on the record of that order alone', async () => {
    const { updates, inbox, order, record } = await aTerminal('paid');
    updates.start('acc_1');
    inbox.pushed.value = { ...order, id: 'ord_elsewhere', status: 'refunded' };
    inbox.pushed.value = { ...order, status: 'refunded' };
    await until(async () => (await record())?.refund === 'refunded');
    updates.stop();
  });

  it('makes no record of a payment of another terminal, and asks no more after a full refund', async () => {
    const { updates, inbox, records, order, asked } = await aTerminal('refunded');
    await updates.reconcile('acc_1');
    await updates.reconcile('acc_1');
    expect(asked).toHaveLength(1);
    updates.start('acc_1');
    inbox.pushed.value = { ...order, id: 'ord_elsewhere', status: 'partially_refunded' };
    await updates.reconcile('acc_1');
    expect(await records.all('acc_1')).toHaveLength(1);
    updates.stop();
  });

  it('leaves a record alone when the platform cannot be asked or shows the order no more', async () => {
    const { updates, api, record } = await aTerminal('paid');
    const before = await record();
    for (const error of [new Problem(503, 'GATEWAY.UNAVAILABLE', ''), new Problem(404, 'ORDERS.NOT_FOUND', '')]) {
      api.order = () => Promise.reject(error);
      await updates.reconcile('acc_1');
    }
    expect(await record()).toEqual(before);
  });
});
