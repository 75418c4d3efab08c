import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { audit } from '../tools/stack/audit.mjs';
import { Platform } from './platform.js';

describe('the audit of a platform at work', () => {
  const platform = new Platform();
  const { mongoUrl, prefix } = platform.running;
  let client: MongoClient;

  beforeAll(async () => {
    client = await new MongoClient(mongoUrl).connect();
  });

  afterAll(async () => {
    await client?.close();
  });

  const collection = (service: string, name: string) =>
    client.db(`${prefix.replaceAll('-', '_')}openswipe_${service}`).collection<{ _id: string }>(name);

  it('finds every promise kept after a payment', async () => {
    const person = await platform.register('audited');
    const terminal = await platform.terminal(person);
    const { id } = await platform.order(person);
    await terminal.pay(id, { card: 'visa-no-pin' });
    await platform.orderIn(id, 'paid');
    const report = await audit({ mongoUrl, prefix });
    expect(report.invariants.filter(({ holds }) => !holds)).toEqual([]);
    expect(report.invariants.every(({ checked }) => checked > 0)).toBe(true);
  }, 60_000);

  it.each([
    ['transactions', 'transactions', { status: 'unknown', statusSince: new Date(0) }, /is unknown since/],
    ['transactions', 'transactions', { status: 'settled', journalEntryId: 'none' }, /without its journal entry/],
    ['orders', 'orders', { status: 'paying', changedAt: new Date(0) }, /is paying since/],
    ['orders', 'orders', { payment: { transactionId: 'txn_none', paidAt: new Date(0) } }, /is not settled/],
    ['orders', 'planted', { outbox: [{ id: 'evt', at: new Date(0) }] }, /events older than 30 s/],
  ])('finds what is planted in %s.%s: %j', async (service, name, fields, sentence) => {
    const planted = { _id: `planted-${Math.random()}`, orderId: 'ord_planted', statusSince: new Date(), ...fields };
    await collection(service, name).insertOne(planted as never);
    try {
      const report = await audit({ mongoUrl, prefix, patienceMs: 0 });
      expect(report.ok).toBe(false);
      expect(report.invariants.flatMap(({ problems }) => problems).join('\n')).toMatch(sentence);
    } finally {
      await collection(service, name).deleteOne({ _id: planted._id });
    }
  });
});
