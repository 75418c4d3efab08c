import { describe, expect, it } from '@jest/globals';
import { aPaidOrder } from '../../test/builders/a-paid-order.js';
import { noticesOf } from './order-notice.js';
import type { OrderSnapshot } from './order-snapshot.js';

const parties = { merchantId: 'mer_1', targetAccountId: 'acc_1' };
const failure = { transactionId: 'txn_1', reasonCode: 'RISK.PIN_WRONG', facts: {}, at: '2026-03-01T08:01:00.000Z' };
const summary = (order: OrderSnapshot, who = parties): string[] =>
  noticesOf({ order, ...who }).map(({ channel, recipientId, event }) => `${event.type} ${channel} ${recipientId}`);

describe('the notices of an order snapshot', () => {
  it('tell the merchant and the payer of a payment', () => {
    expect(summary(aPaidOrder())).toEqual(['order.paid webhook mer_1', 'order.paid email acc_1']);
  });

  it('tell nobody of an order on its way', () => {
    expect(summary({ ...aPaidOrder(), status: 'paying' })).toEqual([]);
  });

  it('tell the merchant of a cancelation and an expiry, and send no bill', () => {
    expect(summary({ ...aPaidOrder(), status: 'canceled' })).toEqual(['order.canceled webhook mer_1']);
    expect(summary({ ...aPaidOrder(), status: 'expired' })).toEqual(['order.expired webhook mer_1']);
  });

  it('send the payee of an own collect order the receipt only', () => {
    expect(summary({ ...aPaidOrder(), kind: 'collect' }, { ...parties, merchantId: '' })).toEqual([
      'order.paid email acc_1',
    ]);
  });

  it('give one failure one id, however many snapshots show it, and the next failure another', () => {
    const ids = (order: OrderSnapshot): string[] =>
      noticesOf({ order, ...parties }).map(({ deliveryId }) => deliveryId);
    const claimed = { ...aPaidOrder(), status: 'claimed', lastFailure: failure } as const;
    const [first] = ids(claimed);
    expect(ids({ ...claimed, status: 'paying', version: 9 })).toEqual([first]);
    expect(ids({ ...claimed, lastFailure: { ...failure, transactionId: 'txn_2' } })).not.toEqual([first]);
    expect(ids({ ...aPaidOrder(), lastFailure: failure })).toHaveLength(3);
    expect(first).toMatch(/^dlv_[0-9a-f]{32}$/);
  });
});
