import { randomBytes, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AccountsClient } from '@openswipe/contracts';
import { Openswipe } from '@openswipe/sdk';
import { RemoteService } from '@openswipe/service-kit';
import { TerminalApi } from '@openswipe/terminal-web';
import { HeadlessTerminal } from '../stack/headless-terminal.mjs';

const PAID_LIMIT_MS = 30_000;

/** A merchant of this run alone. @param {string} accountsAddress host:port of gRPC @param {string} url the gateway's */
export const createMerchant = async (accountsAddress, url) => {
  const accounts = new RemoteService(AccountsClient, accountsAddress);
  try {
    const { secretKey } = await accounts.call.createMerchant({
      name: 'Paid order test',
      email: 'shop@openswipe.example',
      bankAccount: { bankCode: '103100000026', accountNumber: '6228480000000000003', holder: 'Paid order test' },
      webhookUrl: '',
      idempotencyKey: randomUUID(),
    });
    return new Openswipe({ secretKey, baseUrl: url });
  } finally {
    accounts.close();
  }
};

/**
 * An account of this run alone, with a password that nobody knows, and its enrolled terminal.
 * @param {string} url of the gateway
 * @param {string} [folder] keeps the terminal's key state
 */
export const openTerminal = async (url, folder = join(tmpdir(), 'terminals')) => {
  const name = randomBytes(6).toString('hex');
  const logIn = { email: `paid-order-${name}@openswipe.example`, password: randomBytes(18).toString('base64url') };
  const bankAccount = { bankCode: '102100099996', accountNumber: '6222020200000000009', holder: name };
  await new TerminalApi({ baseUrl: url }).register({ ...logIn, displayName: name, locale: 'en', bankAccount });
  return { email: logIn.email, terminal: await HeadlessTerminal.open({ url, folder, logIn }) };
};

/** @param {Openswipe} merchant @param {string} email of the account that pays */
export const createOrder = (merchant, email) =>
  merchant.createOrder({
    amountMinor: '12800',
    currency: 'CNY',
    lines: [{ name: 'Longjing green tea', quantity: 1, unitAmountMinor: '12800' }],
    terms: 'Test order: nothing is shipped.',
    account: email,
    returnUrl: 'https://shop.example/thanks',
  });

/** Resolves with the paid order. @param {Openswipe} merchant @param {string} id */
export const untilPaid = async (merchant, id) => {
  for (const end = Date.now() + PAID_LIMIT_MS; ; await delay(100)) {
    const order = await merchant.getOrder(id);
    if (order.status === 'paid') return order;
    if (Date.now() > end) throw new Error(`the order ${id} is still ${order.status}`);
  }
};

/**
 * Order, swipe, PIN, signature, settled, paid.
 * @param {Openswipe} merchant
 * @param {Awaited<ReturnType<typeof openTerminal>>} shopper
 * @param {string} [card] a name of the test deck
 */
export const payOrder = async (merchant, { email, terminal }, card = 'unionpay-pin') => {
  const { id } = await createOrder(merchant, email);
  const outcome = await terminal.pay(id, { card });
  if (outcome.kind !== 'settled') throw new Error(`the payment of ${id} ended as ${outcome.kind}`);
  return untilPaid(merchant, id);
};

const need = (/** @type {string} */ name) => {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is missing`);
  return value;
};

/** The test that `helm test` runs in the cluster; the last line is JSON. */
export const runPaidOrder = async () => {
  const url = need('OPENSWIPE_URL');
  const merchant = await createMerchant(need('ACCOUNTS_ADDRESS'), url);
  const { id, history } = await payOrder(merchant, await openTerminal(url));
  console.log(JSON.stringify({ orderId: id, states: history.map(({ status }) => status) }));
};
