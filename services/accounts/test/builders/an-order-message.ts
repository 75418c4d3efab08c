import { EntryMode, Order, OrderKind, OrderStatus } from '@openswipe/contracts';
import { newId } from '@openswipe/kernel';

const AT = new Date('2026-03-01T08:00:00Z');
const PAID_AT = new Date('2026-03-01T08:02:00Z');

/** A pending pay order of 25.00 yuan, as `orders` publishes it. */
export const anOrderMessage = (more: Partial<Order> = {}): Order =>
  Order.create({
    id: newId('order'),
    kind: OrderKind.ORDER_KIND_PAY,
    status: OrderStatus.ORDER_STATUS_PENDING,
    payeeName: '茶店 Tea & <Co>',
    total: { amountMinor: 2_500n, currency: 'CNY' },
    lines: [{ name: 'Long Jing', quantity: 2, unitAmountMinor: 1_250n, attributes: { 'net weight': '50 g' } }],
    merchantReference: 'A-17',
    returnUrl: 'https://shop.example/done',
    digest: 'd'.repeat(64),
    history: [{ status: OrderStatus.ORDER_STATUS_CREATED, at: AT }],
    version: 2n,
    createdAt: AT,
    expiresAt: new Date('2026-03-01T08:30:00Z'),
    ...more,
  });

/** The same order, paid by UnionPay card. */
export const paid = (order: Order): Order => ({
  ...order,
  status: OrderStatus.ORDER_STATUS_PAID,
  version: order.version + 4n,
  history: [...order.history, { status: OrderStatus.ORDER_STATUS_PAID, at: PAID_AT }],
  payment: {
    transactionId: newId('transaction'),
    card: {
      cardToken: 'tok_of_the_vault',
      bin: '620000',
      last4: '0018',
      brand: 'unionpay',
      entryMode: EntryMode.ENTRY_MODE_MAGSTRIPE,
      readerKind: 'simulated',
      readerProtected: false,
    },
    authorizationCode: 'A1B2C3',
    journalEntryId: 'settle',
    paidAt: PAID_AT,
  },
});

/** The same order after a transaction that paid nothing. */
export const failed = (order: Order, transactionId: string): Order => ({
  ...order,
  status: OrderStatus.ORDER_STATUS_CLAIMED,
  version: order.version + 2n,
  lastFailure: { transactionId, reasonCode: 'RISK.PIN_WRONG', facts: { triesLeft: '2' }, at: PAID_AT },
});
