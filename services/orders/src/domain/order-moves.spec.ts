import { describe, expect, it } from '@jest/globals';
import { newOrder, type OrderProposal } from './new-order.js';
import * as moves from './order-moves.js';
import type { Order } from './order.js';

const id = (prefix: string, digit: string): string => `${prefix}_${digit.repeat(32)}`;
const ACCOUNT = id('acc', '1');
const T1 = id('ter', '1');
const T2 = id('ter', '2');
const START = new Date('2026-01-01T10:00:00Z');
const after = (minutes: number): Date => new Date(START.getTime() + minutes * 60_000);

const proposal: OrderProposal = {
  kind: 'pay',
  merchantId: id('mer', '1'),
  payeeId: id('mer', '1'),
  payeeName: 'Tea House',
  targetAccountId: '',
  amountMinor: 1_250n,
  currency: 'CNY',
  lines: [],
  terms: '',
  merchantReference: '',
  returnUrl: 'https://shop.example/return',
  cancelUrl: '',
  expiresInSeconds: 0,
};

const anOrder = (changes: Partial<OrderProposal> = {}): Order =>
  newOrder({ ...proposal, ...changes }, id('ord', '1'), START);
const aPendingOrder = (): Order => anOrder({ targetAccountId: ACCOUNT });
const aPayingOrder = (): Order => moves.beginPayment(moves.claim(aPendingOrder(), T1, START), 'txn_1', T1, START);
const failure = (transactionId: string) => ({ transactionId, reasonCode: 'RISK.PIN_WRONG', facts: {}, at: START });
const payment = (transactionId: string) => ({
  transactionId,
  card: null,
  authorizationCode: 'A1',
  journalEntryId: 'e',
  paidAt: START,
});
const code = (expected: string) => expect.objectContaining({ code: expected });
const refusalOf = (move: () => unknown): unknown => {
  try {
    return move();
  } catch (error) {
    return error;
  }
};

describe('an order', () => {
  it('is created without an account and pending with one', () => {
    expect(anOrder().status).toBe('created');
    expect(aPendingOrder().history.map(({ status }) => status)).toEqual(['created', 'pending']);
  });

  it('names its account once', () => {
    const named = moves.nameAccount(anOrder(), ACCOUNT, START);
    expect(named).toMatchObject({ status: 'pending', targetAccountId: ACCOUNT, version: 2n });
    expect(moves.nameAccount(named, ACCOUNT, START)).toBe(named);
    expect(refusalOf(() => moves.nameAccount(named, id('acc', '2'), START))).toEqual(
      code('ORDERS.ACCOUNT_ALREADY_NAMED'),
    );
  });

  it('is claimed by one terminal, which may renew; another may take over only when the claim ran out', () => {
    const claimed = moves.claim(aPendingOrder(), T1, START);
    expect(moves.claim(claimed, T1, after(1)).claim?.expiresAt).toEqual(after(6));
    expect(refusalOf(() => moves.claim(claimed, T2, after(4)))).toMatchObject({
      code: 'ORDERS.CLAIMED_BY_OTHER_TERMINAL',
      facts: { terminalId: T1 },
    });
    expect(moves.claim(claimed, T2, after(5)).claim?.terminalId).toBe(T2);
  });

  it('never keeps a claim beyond its own time', () => {
    expect(moves.claim(aPendingOrder(), T1, after(28)).claim?.expiresAt).toEqual(after(30));
  });

  it('is released by its own terminal alone', () => {
    const claimed = moves.claim(aPendingOrder(), T1, START);
    expect(moves.release(claimed, T1, START)).toMatchObject({ status: 'pending', claim: null });
    expect(refusalOf(() => moves.release(claimed, T2, START))).toEqual(code('ORDERS.CLAIMED_BY_OTHER_TERMINAL'));
  });

  it('is held by one transaction at most, and the same one again changes nothing', () => {
    const paying = aPayingOrder();
    expect(moves.beginPayment(paying, 'txn_1', T1, START)).toBe(paying);
    expect(refusalOf(() => moves.beginPayment(paying, 'txn_2', T1, START))).toEqual(code('ORDERS.ALREADY_PAYING'));
    expect(refusalOf(() => moves.beginPayment(aPendingOrder(), 'txn_1', T1, START))).toEqual(
      code('ORDERS.NOT_CLAIMED'),
    );
  });

  it('refuses a payment after its time', () => {
    const claimed = moves.claim(aPendingOrder(), T1, after(29));
    expect(refusalOf(() => moves.beginPayment(claimed, 'txn_1', T1, after(30)))).toMatchObject({
      code: 'ORDERS.EXPIRED',
      kind: 'gone',
    });
  });

  it('is paid by the transaction that holds it and by no other', () => {
    const paying = aPayingOrder();
    expect(moves.pay(paying, payment('txn_2'), START)).toBe(paying);
    const paid = moves.pay(paying, payment('txn_1'), START);
    expect(paid).toMatchObject({ status: 'paid', claim: null, transactionId: 'txn_1' });
    expect(moves.pay(paid, payment('txn_1'), START)).toBe(paid);
    expect(refusalOf(() => moves.cancel(paid, { kind: 'checkout' }, START))).toEqual(code('ORDERS.ALREADY_PAID'));
  });

  it('goes back to its terminal with a renewed claim after a failed attempt, which cannot begin again', () => {
    const failed = moves.failAttempt(aPayingOrder(), failure('txn_1'), after(3));
    expect(failed).toMatchObject({
      status: 'claimed',
      transactionId: null,
      claim: { terminalId: T1, expiresAt: after(8) },
    });
    expect(refusalOf(() => moves.beginPayment(failed, 'txn_1', T1, after(3)))).toEqual(code('ORDERS.NOT_CLAIMED'));
    expect(moves.beginPayment(failed, 'txn_2', T1, after(3)).status).toBe('paying');
  });

  it('expires when an attempt fails after its time', () => {
    expect(moves.failAttempt(aPayingOrder(), failure('txn_1'), after(31))).toMatchObject({
      status: 'expired',
      lastFailure: { reasonCode: 'RISK.PIN_WRONG' },
    });
  });

  it('is left alone by time while it is being paid', () => {
    const paying = aPayingOrder();
    expect(moves.passTime(paying, after(1_000))).toBe(paying);
    const claimed = moves.claim(aPendingOrder(), T1, START);
    expect(moves.passTime(claimed, after(4))).toBe(claimed);
    expect(moves.passTime(claimed, after(5))).toMatchObject({ status: 'pending', claim: null });
    expect(moves.passTime(claimed, after(30)).status).toBe('expired');
  });

  it('is canceled by merchant or checkout page, by an account only when it collects, never while being paid', () => {
    const account = { kind: 'account', id: ACCOUNT } as const;
    expect(moves.cancel(aPendingOrder(), { kind: 'checkout' }, START).status).toBe('canceled');
    expect(refusalOf(() => moves.cancel(aPendingOrder(), account, START))).toEqual(code('ORDERS.CANCEL_FORBIDDEN'));
    expect(refusalOf(() => moves.cancel(aPayingOrder(), { kind: 'checkout' }, START))).toEqual(
      code('ORDERS.ALREADY_PAYING'),
    );
    const collect = anOrder({ kind: 'collect', merchantId: '', payeeId: ACCOUNT });
    expect(collect).toMatchObject({ status: 'pending', targetAccountId: ACCOUNT });
    expect(moves.cancel(collect, account, START).status).toBe('canceled');
  });
});

describe('a proposal', () => {
  const line = { name: 'Tea', quantity: 2, unitAmountMinor: 600n, attributes: { netWeight: '100 g' } };

  it.each<[string, Partial<OrderProposal>]>([
    ['ORDERS.LINES_DO_NOT_ADD_UP', { lines: [line] }],
    ['ORDERS.AMOUNT_INVALID', { amountMinor: 0n }],
    ['KERNEL.CURRENCY_UNKNOWN', { currency: 'XXX' }],
    ['ORDERS.LINE_INVALID', { lines: [{ ...line, quantity: 0 }] }],
    ['ORDERS.URL_INVALID', { returnUrl: 'http://shop.example/' }],
    ['ORDERS.URL_INVALID', { cancelUrl: 'javascript:alert(1)' }],
    ['ORDERS.TEXT_TOO_LONG', { terms: 'x'.repeat(5_001) }],
    ['ORDERS.TEXT_MISSING', { payeeName: ' ' }],
    ['ORDERS.EXPIRY_INVALID', { expiresInSeconds: 59 }],
    ['ORDERS.PAYEE_INVALID', { payeeId: 'mer_1' }],
    ['ORDERS.ACCOUNT_INVALID', { targetAccountId: 'x' }],
    ['ORDERS.COLLECT_FOR_OTHER', { kind: 'collect', payeeId: id('acc', '1'), targetAccountId: id('acc', '2') }],
  ])('is refused with %s', (expected, changes) => {
    expect(refusalOf(() => anOrder(changes))).toEqual(code(expected));
  });

  it('may send the shopper back to a shop on this computer without TLS', () => {
    expect(anOrder({ returnUrl: 'http://localhost:8080/return' }).returnUrl).toContain('localhost');
  });

  it('gives the same digest for the same terms, another for another amount', () => {
    expect(anOrder().digest).toBe(aPendingOrder().digest);
    expect(anOrder().digest).not.toBe(anOrder({ amountMinor: 1_251n }).digest);
    expect(anOrder().digest).toMatch(/^[0-9a-f]{64}$/);
  });
});
