import { setTimeout as delay } from 'node:timers/promises';
import { Openswipe } from '@openswipe/sdk';
import { HOLDERS } from './seed.mjs';

const SETTLE_LIMIT_MS = 30_000;

/**
 * One order the whole way: the shop creates it, it reaches the shopper's terminal, a card is swiped, PIN and signature,
 * and the money is in the ledger.
 * @param {object} platform
 * @param {string} platform.url
 * @param {string} platform.secretKey the merchant's
 * @param {string} platform.shopUrl
 * @param {import('./headless-terminal.mjs').HeadlessTerminal} platform.terminal the shopper's
 * @param {Parameters<import('./headless-terminal.mjs').HeadlessTerminal['pay']>[1]} [how]
 */
export const payDemoOrder = async ({ url, secretKey, shopUrl, terminal }, how = { card: 'unionpay-pin' }) => {
  const merchant = new Openswipe({ secretKey, baseUrl: url });
  const { id } = await merchant.createOrder({
    amountMinor: '12800',
    currency: 'CNY',
    lines: [
      { name: 'Longjing green tea', quantity: 1, unitAmountMinor: '12800', attributes: { 'Net weight': '100 g' } },
    ],
    terms: 'Demo goods: nothing is shipped.',
    account: HOLDERS.shopper.email,
    returnUrl: `${shopUrl}/thanks`,
  });
  const { pending } = await terminal.api.orders();
  if (!pending.some((order) => order.id === id))
    throw new Error(`the order ${id} did not reach the shopper's terminal`);
  const outcome = await terminal.pay(id, how);
  if (outcome.kind !== 'settled') throw new Error(`the payment ended as ${outcome.kind}: ${outcome.reasonCode}`);
  for (const end = Date.now() + SETTLE_LIMIT_MS; ; await delay(100)) {
    const order = await merchant.getOrder(id);
    if (order.status === 'paid') return order;
    if (Date.now() > end) throw new Error(`the order ${id} is still ${order.status} although its payment is settled`);
  }
};
