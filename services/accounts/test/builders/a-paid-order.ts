import type { OrderSnapshot } from '../../src/domain/order-snapshot.js';

/** A paid order of 25.00 yuan with one line. */
export const aPaidOrder = (): OrderSnapshot => ({
  id: 'ord_0198f0000000700080000000000000aa',
  kind: 'pay',
  status: 'paid',
  payeeId: 'mer_0198f0000000700080000000000000bb',
  payeeName: '茶店 Tea & Co',
  amountMinor: '2500',
  currency: 'CNY',
  lines: [{ name: 'Long Jing', quantity: 2, unitAmountMinor: '1250', attributes: { 'net weight': '50 g' } }],
  terms: '',
  merchantReference: 'A-17',
  digest: 'd'.repeat(64),
  createdAt: '2026-03-01T08:00:00.000Z',
  expiresAt: '2026-03-01T08:30:00.000Z',
  version: 6,
  payment: {
    transactionId: 'txn_0198f0000000700080000000000000cc',
    card: { brand: 'unionpay', bin: '620000', last4: '0018', entryMode: 'magstripe' },
    authorizationCode: 'A1B2C3',
    journalEntryId: 'txn_0198f0000000700080000000000000cc:settle',
    paidAt: '2026-03-01T08:02:00.000Z',
  },
  history: [
    { status: 'created', at: '2026-03-01T08:00:00.000Z' },
    { status: 'paid', at: '2026-03-01T08:02:00.000Z' },
  ],
});
