import { describe, expect, it } from '@jest/globals';
import { Money } from '@openswipe/kernel';
import fc from 'fast-check';
import { effectsOf } from './balance.js';
import { emptyChain, linkAfter, linkHash } from './hash-chain.js';
import { isSameMovement, payoutReturnedEntry, payoutSentEntry, settlementEntry } from './journal-entry.js';
import { parseLedgerAccount } from './ledger-account.js';
import { mayPayTo, movePayout, type Payout } from './payout.js';
import { posting } from './posting.js';

const AT = new Date('2026-01-01T10:00:00Z');
const payeeId = `mer_${'1'.repeat(32)}`;
const yuan = (amountMinor: bigint): Money => Money.of(amountMinor, 'CNY');
const settlement = (amountMinor: bigint) =>
  settlementEntry({ transactionId: 'txn_1', orderId: 'ord_1', payeeId, amount: yuan(amountMinor) }, AT);
const aPayout: Payout = {
  id: 'po_1',
  payeeId,
  amount: yuan(500n),
  status: 'requested',
  bankCode: 'ICBC',
  bankAccountLast4: '1234',
  requestedAt: AT,
  changedAt: AT,
};

describe('a journal entry', () => {
  it('owes the payee what the acquirer owes us', () => {
    expect(settlement(1_250n)).toMatchObject({
      id: 'txn_1:settle',
      postings: [{ debit: 'asset:card-receivable', credit: `liability:payee:${payeeId}` }],
    });
  });

  it('always balances: what it adds to assets it adds to liabilities', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 9_000_000_000_000n), (amountMinor) => {
        const sums = { debit: 0n, credit: 0n };
        for (const entry of [settlement(amountMinor), payoutSentEntry({ ...aPayout, amount: yuan(amountMinor) }, AT)]) {
          for (const { ledgerAccount, postedMinor } of effectsOf(entry)) {
            sums[parseLedgerAccount(ledgerAccount).normalSide] += postedMinor;
          }
        }
        expect(sums.debit).toBe(sums.credit);
      }),
    );
  });

  it('refuses a posting of nothing, to itself, or outside the chart of accounts', () => {
    expect(() => posting('asset:card-receivable', 'asset:bank-clearing', yuan(0n))).toThrow(/more than zero/);
    expect(() => posting('asset:bank-clearing', 'asset:bank-clearing', yuan(1n))).toThrow(/two ledger accounts/);
    expect(() => posting('asset:gold', 'asset:bank-clearing', yuan(1n))).toThrow(/chart of accounts/);
    expect(() => settlementEntry({ transactionId: 't', orderId: 'o', payeeId: 'x', amount: yuan(1n) }, AT)).toThrow();
  });

  it('is the same movement whenever it was posted, and another one with another amount', () => {
    expect(isSameMovement(settlement(1n), { ...settlement(1n), postedAt: new Date() })).toBe(true);
    expect(isSameMovement(settlement(1n), settlement(2n))).toBe(false);
  });

  it('uses up the reservation of its payout in the same step that takes the money', () => {
    const [debit, credit] = effectsOf(payoutSentEntry(aPayout, AT));
    expect(debit).toMatchObject({ postedMinor: -500n, reservedMinor: -500n, endsReservation: 'po_1' });
    expect(credit).toMatchObject({ postedMinor: 500n, reservedMinor: 0n, endsReservation: undefined });
    expect(effectsOf(payoutReturnedEntry(aPayout, AT))[1]).toMatchObject({ postedMinor: 500n, reservedMinor: 0n });
  });
});

describe('a chain link', () => {
  it('covers its place, the link before it and every field of the entry', () => {
    const head = emptyChain(3);
    const link = linkAfter(head, settlement(1_250n));
    expect(link).toMatchObject({ partition: 3, sequence: 1, previousHash: head.hash });
    expect(linkHash(3, 1, head.hash, settlement(1_250n))).toBe(link.hash);
    expect(linkHash(3, 1, head.hash, settlement(1_251n))).not.toBe(link.hash);
    expect(linkHash(3, 2, head.hash, settlement(1_250n))).not.toBe(link.hash);
  });
});

describe('a payout', () => {
  it('moves from requested to sent to confirmed or returned, and no other way', () => {
    const sent = movePayout(aPayout, 'sent', AT);
    expect(movePayout(sent, 'returned', AT).status).toBe('returned');
    expect(() => movePayout(aPayout, 'confirmed', AT)).toThrow(/illegal move/);
    expect(() => movePayout(movePayout(sent, 'confirmed', AT), 'sent', AT)).toThrow(/illegal move/);
  });

  it('is not sent for a day to the bank account that returned the last one', () => {
    const returned: Payout = { ...aPayout, status: 'returned' };
    const hours = (count: number): Date => new Date(AT.getTime() + count * 3_600_000);
    expect(mayPayTo('ICBC', '1234', undefined, AT)).toBe(true);
    expect(mayPayTo('ICBC', '1234', returned, hours(23))).toBe(false);
    expect(mayPayTo('ICBC', '9999', returned, hours(23))).toBe(true);
    expect(mayPayTo('ICBC', '1234', returned, hours(24))).toBe(true);
  });
});
