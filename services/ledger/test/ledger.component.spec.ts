import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deadLetterTopicOf, PayoutStatus, TOPICS, type TransactionAssessed } from '@openswipe/contracts';
import { Money, newId, Sensitive, TransientFault } from '@openswipe/kernel';
import { KafkaBroker, toInt64 } from '@openswipe/service-kit';
import { DrivePayouts } from '../src/application/drive-payouts.js';
import { MeasureImbalance } from '../src/application/measure-imbalance.js';
import { RequestPayouts } from '../src/application/request-payouts.js';
import { SealEntries } from '../src/application/seal-entries.js';
import { UpdateBalances } from '../src/application/update-balances.js';
import { auditLedger } from '../src/audit.js';
import { SimulatedBank } from '../src/bank/simulated-bank.js';
import { AccountsPayees } from '../src/grpc/accounts-payees.js';
import { MongoBalances } from '../src/mongo/balances.js';
import { MongoHashChain } from '../src/mongo/hash-chain.js';
import { MongoJournal } from '../src/mongo/journal.js';
import { MongoPayouts } from '../src/mongo/payouts.js';
import { RunningLedger } from './builders/running-ledger.js';
import { crashing, withMethod } from './builders/with-method.js';

const approved = (payeeId: string, amountMinor: bigint): TransactionAssessed => ({
  transactionId: newId('transaction'),
  orderId: newId('order'),
  payeeId,
  amount: { amountMinor, currency: 'CNY' },
  outcome: { $case: 'approved', approved: { authorizationCode: 'A1', issuerReference: 'r' } },
  ruleVersion: '1',
  assessedAt: new Date(),
});

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => [Math.random(), item] as const)
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);

describe('the ledger on the real broker and database', () => {
  let ledger: RunningLedger;

  const balanceOf = async (payeeId: string, kind = 'payee') => {
    const { balances } = await ledger.remote.call.getBalances({ ownerId: payeeId });
    const found = balances.find(({ ledgerAccount }) => ledgerAccount === `liability:${kind}:${payeeId}`);
    return { posted: found?.postedMinor ?? 0n, reserved: found?.reservedMinor ?? 0n };
  };
  const problems = async (): Promise<readonly string[]> => (await auditLedger(ledger.mongo)).problems;
  const statusesOf = async (payeeId: string): Promise<PayoutStatus[]> =>
    (await ledger.remote.call.listPayouts({ payeeId })).payouts.map(({ status }) => status);
  const toldCount = async (): Promise<number> => {
    const broker = ledger.get(KafkaBroker);
    const ends = await broker.endOffsets([broker.physicalName(TOPICS.entryPosted.name)]);
    return ends.reduce((sum, { offset }) => sum + Number(offset), 0);
  };
  const aPayeeWith = async (amountMinor: bigint, accountNumber?: string): Promise<string> => {
    const payeeId = newId('merchant');
    if (accountNumber) ledger.bankAccounts.set(payeeId, accountNumber);
    await ledger.assess(approved(payeeId, amountMinor));
    await ledger.keepBooks();
    return payeeId;
  };

  beforeAll(async () => {
    ledger = await RunningLedger.start();
  });

  afterAll(async () => {
    await ledger?.stop();
  });

  it('keeps exact balances of 200 transactions in random repetitions', async () => {
    const payees = Array.from({ length: 5 }, () => newId('merchant'));
    const records = Array.from({ length: 200 }, (_, index) => approved(payees[index % 5] ?? '', BigInt(1 + index)));
    const repeated = shuffled([...records, ...records, ...records.slice(0, 100)]);
    const others = records.slice(0, 5).map(({ orderId, payeeId, amount }) => ({ orderId, payeeId, amount }));
    const declined = { $case: 'declined', declined: { reasonCode: 'RISK.PIN_WRONG', facts: {} } } as const;
    await ledger.assess(...repeated, ...others.map((one) => ({ ...one, transactionId: 'txn_d', outcome: declined })));
    await ledger.keepBooks();
    const expected = payees.map((_, payee) => records.filter((__, index) => index % 5 === payee));
    const sums = expected.map((own) => own.reduce((sum, { amount }) => sum + (amount?.amountMinor ?? 0n), 0n));
    const read = async (): Promise<bigint[]> =>
      (await Promise.all(payees.map((id) => balanceOf(id)))).map((b) => b.posted);
    expect(await read()).toEqual(sums);
    await ledger.assess(...shuffled(records));
    await ledger.keepBooks();
    expect(await read()).toEqual(sums);
    const report = await auditLedger(ledger.mongo);
    expect(report).toMatchObject({ problems: [], entryCount: 200, unsealedCount: 0 });
    expect(report.totals.get('CNY')).toEqual({ debitMinor: 20_100n, creditMinor: 20_100n });
    const { entries } = await ledger.remote.call.listEntries({ orderId: records[0]?.orderId ?? '' });
    expect(entries).toMatchObject([{ id: `${records[0]?.transactionId}:settle`, reason: 'settlement' }]);
  });

  it('tells of every entry on the topic, keyed by the order', async () => {
    expect(await toldCount()).toBeGreaterThanOrEqual(200);
    const left = await ledger.mongo.collection('journal_entries').countDocuments({ 'outbox.0': { $exists: true } });
    expect(left).toBe(0);
  });

  it('tells of an entry once more when its assessment comes again: its listener may have lost the first telling', async () => {
    const assessment = approved(newId('merchant'), 300n);
    await ledger.assess(assessment);
    const before = await toldCount();
    await ledger.assess(assessment);
    expect(await toldCount()).toBe(before + 1);
    const { entries } = await ledger.remote.call.listEntries({ orderId: assessment.orderId });
    expect(entries).toHaveLength(1);
  });

  it('loses and doubles nothing when it crashes between two balances, or starts from the beginning again', async () => {
    const payees = Array.from({ length: 12 }, () => newId('merchant'));
    await ledger.assess(...payees.flatMap((id) => [approved(id, 100n), approved(id, 23n)]));
    await ledger.get(SealEntries).execute();
    const balances = ledger.get(MongoBalances);
    const half = withMethod(balances, 'change', async (changes: Parameters<MongoBalances['change']>[0]) => {
      await balances.change(changes.slice(0, Math.ceil(changes.length / 2)));
      throw new TransientFault('crash');
    });
    const crashed = new UpdateBalances(ledger.get(MongoJournal), ledger.get(MongoHashChain), half);
    await expect(crashed.execute()).rejects.toThrow('crash');
    expect(await problems()).toEqual([]);
    await Promise.all([1, 2, 3].map(() => ledger.get(UpdateBalances).execute()));
    await ledger.mongo.collection('balance_marks').deleteMany({});
    await ledger.get(UpdateBalances).execute();
    const posted = await Promise.all(payees.map(async (id) => (await balanceOf(id)).posted));
    expect(posted).toEqual(payees.map(() => 123n));
    expect(await problems()).toEqual([]);
  });

  it('seals each entry once, with five replicas at work and after a crash before the entries were marked', async () => {
    const payeeId = newId('merchant');
    await ledger.assess(...Array.from({ length: 60 }, () => approved(payeeId, 1n)));
    await Promise.all([1, 2, 3, 4, 5].map(() => ledger.get(SealEntries).execute()));
    await ledger.mongo.collection('journal_entries').updateMany({}, { $set: { isSealed: false } });
    await ledger.mongo.collection('chain_heads').deleteMany({});
    await ledger.keepBooks();
    await ledger.keepBooks();
    expect(await auditLedger(ledger.mongo)).toMatchObject({ problems: [], unsealedCount: 0 });
    expect((await balanceOf(payeeId)).posted).toBe(60n);
  });

  it('puts a second settlement of a transaction with another amount aside', async () => {
    const payeeId = newId('merchant');
    const first = approved(payeeId, 100n);
    await ledger.assess(first);
    await ledger.assess({ ...first, amount: { amountMinor: 999n, currency: 'CNY' } }, approved(payeeId, 5n));
    await ledger.keepBooks();
    expect((await balanceOf(payeeId)).posted).toBe(105n);
    const broker = ledger.get(KafkaBroker);
    const admin = broker.client.admin();
    await admin.connect();
    const topic = broker.physicalName(deadLetterTopicOf(TOPICS.transactionAssessed.name, 'ledger'));
    expect((await admin.fetchTopicOffsets(topic)).map(({ high }) => high)).toEqual(['1']);
    await admin.disconnect();
  });

  it('finds an entry that was changed, a balance that was changed and a link that was removed', async () => {
    const entries = ledger.mongo.collection<{ _id: string; postings: { amountMinor: number }[] }>('journal_entries');
    const entry = await entries.findOne({});
    const _id = entry?._id ?? '';
    await entries.updateOne({ _id }, { $inc: { 'postings.0.amountMinor': 1 } });
    expect((await problems()).join()).toContain(`entry ${_id} was changed after it was sealed`);
    await entries.updateOne({ _id }, { $inc: { 'postings.0.amountMinor': -1 } });
    const amountMinor = entry?.postings[0]?.amountMinor;
    await entries.updateOne({ _id }, { $set: { 'postings.0.amountMinor': 0 } });
    expect((await problems()).join()).toContain(`entry ${_id} is gone or unreadable`);
    await entries.updateOne({ _id }, { $set: { 'postings.0.amountMinor': amountMinor } });
    const balances = ledger.mongo.collection<{ _id: string }>('balances');
    await balances.updateOne({ _id: 'asset:card-receivable|CNY' }, { $inc: { postedMinor: 1 } });
    expect((await problems()).join()).toContain('balance asset:card-receivable|CNY is');
    await balances.updateOne({ _id: 'asset:card-receivable|CNY' }, { $inc: { postedMinor: -1 } });
    const links = ledger.mongo.collection<{ _id: string }>('chain_links');
    const link = await links.findOneAndDelete({ _id: '0:1' });
    expect((await problems()).join()).toContain('the chain has a gap');
    await links.insertOne(link as { _id: string });
    expect(await problems()).toEqual([]);
  });

  it('pays out to the designated bank account, and to nobody without one', async () => {
    const payeeId = await aPayeeWith(5_000n, '6222020200112233');
    const without = await aPayeeWith(700n);
    await ledger.payOut();
    expect(await statusesOf(payeeId)).toEqual([PayoutStatus.PAYOUT_STATUS_CONFIRMED]);
    await ledger.keepBooks();
    expect(await balanceOf(payeeId)).toEqual({ posted: 0n, reserved: 0n });
    expect(await balanceOf(payeeId, 'payout-in-transit')).toEqual({ posted: 0n, reserved: 0n });
    expect(await balanceOf(without)).toEqual({ posted: 700n, reserved: 0n });
    expect((await ledger.remote.call.listPayouts({ payeeId })).payouts).toMatchObject([
      { amount: { amountMinor: 5_000n, currency: 'CNY' }, bankCode: 'ICBC', bankAccountLast4: '2233' },
    ]);
    expect(await problems()).toEqual([]);
  });

  it('gives returned money back to the payee and does not send it again to the same closed bank account', async () => {
    const payeeId = await aPayeeWith(300n, '6222020200110000');
    await ledger.payOut();
    await ledger.keepBooks();
    expect(await balanceOf(payeeId)).toEqual({ posted: 300n, reserved: 0n });
    await ledger.payOut();
    expect(await statusesOf(payeeId)).toEqual([PayoutStatus.PAYOUT_STATUS_RETURNED]);
    ledger.bankAccounts.set(payeeId, '6222020200115555');
    await ledger.payOut();
    await ledger.keepBooks();
    expect(await balanceOf(payeeId)).toEqual({ posted: 0n, reserved: 0n });
  });

  it('takes a payout up again after a crash behind each of its steps', async () => {
    const payeeId = await aPayeeWith(900n, '6222020200117777');
    await ledger.get(RequestPayouts).execute();
    expect(await balanceOf(payeeId)).toEqual({ posted: 900n, reserved: 900n });
    const [balances, payouts] = [ledger.get(MongoBalances), ledger.get(MongoPayouts)];
    const [journal, payees, bank] = [ledger.get(MongoJournal), ledger.get(AccountsPayees), ledger.get(SimulatedBank)];
    const clock = { now: () => new Date() };
    const crashes = [
      new DrivePayouts(balances, crashing(payouts, 'insertFirst', 'before'), journal, payees, bank, clock),
      new DrivePayouts(balances, crashing(payouts, 'insertFirst', 'after'), journal, payees, bank, clock),
      new DrivePayouts(balances, payouts, crashing(journal, 'post', 'after'), payees, bank, clock),
      new DrivePayouts(balances, payouts, journal, payees, crashing(bank, 'send', 'after'), clock),
      new DrivePayouts(balances, crashing(payouts, 'move', 'before'), journal, payees, bank, clock),
      new DrivePayouts(balances, crashing(payouts, 'move', 'after'), journal, payees, bank, clock),
      new DrivePayouts(balances, payouts, crashing(journal, 'post', 'after'), payees, bank, clock),
    ];
    for (const driving of crashes) {
      await expect(driving.execute()).rejects.toThrow('crash');
      await ledger.get(RequestPayouts).execute();
    }
    await ledger.keepBooks();
    await ledger.payOut();
    await ledger.keepBooks();
    expect(await statusesOf(payeeId)).toEqual([PayoutStatus.PAYOUT_STATUS_CONFIRMED]);
    expect(await balanceOf(payeeId)).toEqual({ posted: 0n, reserved: 0n });
    expect(await problems()).toEqual([]);
  });

  it('hears from the bank what was sent by a replica whose clock is a day ahead', async () => {
    const clock = { now: () => new Date() };
    const tomorrow = { now: () => new Date(Date.now() + 86_400_000) };
    const [ahead, right] = [
      await SimulatedBank.open(ledger.mongo, tomorrow, 1),
      await SimulatedBank.open(ledger.mongo, clock, 1),
    ];
    const to = { bankCode: 'ICBC', accountNumber: new Sensitive('6222020200119999'), holder: 'Holder' };
    await ahead.send('po_ahead', Money.of(1n, 'CNY'), to);
    expect(await right.outcomeOf('po_ahead')).toBe('confirmed');
    await right.send('po_now', Money.of(1n, 'CNY'), to);
    expect(await right.outcomeOf('po_now')).toBe('pending');
  });

  it('never pays out more than there is, with 20 runs at once while money comes in', async () => {
    const payeeId = await aPayeeWith(1_000n, '6222020200118888');
    const runs = Array.from({ length: 20 }, () => ledger.payOut());
    const income = ledger.assess(...Array.from({ length: 10 }, () => approved(payeeId, 10n)));
    await Promise.all([...runs, income, ledger.keepBooks(), ledger.keepBooks()]);
    await Promise.all(Array.from({ length: 20 }, () => ledger.payOut()));
    for (let round = 0; round < 3; round += 1) {
      await ledger.keepBooks();
      await ledger.payOut();
    }
    await ledger.keepBooks();
    const transfers = ledger.mongo.collection('simulated_bank_transfers').find({ last4: '8888' });
    const paid = (await transfers.toArray()).reduce((sum, { amountMinor }) => sum + BigInt(String(amountMinor)), 0n);
    expect(paid).toBe(1_100n);
    expect(await balanceOf(payeeId)).toEqual({ posted: 0n, reserved: 0n });
    expect(await problems()).toEqual([]);
  });

  it('measures no imbalance, and the one that somebody made', async () => {
    const payeeId = await aPayeeWith(4_200n);
    const measuring = ledger.get(MeasureImbalance);
    expect((await measuring.execute()).get('CNY')).toBe(0n);
    const balance = ledger.mongo.collection<{ _id: string }>('balances');
    const key = { ownerId: payeeId, isPayable: true };
    await balance.updateOne(key, { $inc: { postedMinor: toInt64(7n) } });
    expect((await measuring.execute()).get('CNY')).toBe(-7n);
    await balance.updateOne(key, { $inc: { postedMinor: toInt64(-7n) } });
  });
});
