import { OrderKind, OrdersClient } from '@openswipe/contracts';
import { newId } from '@openswipe/kernel';
import { RemoteService } from '@openswipe/service-kit';
import { TerminalApi, cardRead, sealTransaction, signatureDigest } from '@openswipe/terminal-web';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { Sensitive } from '@openswipe/kernel';
import { nodeAes } from '@openswipe/card/host';
import { MongoClient } from 'mongodb';
import { createServer } from 'node:http';
import { HOLDERS, seedMerchant } from '../../tools/stack/seed.mjs';
import { startStack } from '../../tools/stack/stack.mjs';
import { AccessTokenIssuer } from '../../services/accounts/dist/crypto/access-token-issuer.js';
import { enrolTerminals } from './terminals.mjs';

/** @typedef {import('@openswipe/contracts').Order} Order */
/** @typedef {{ order: Order, terminal: import('./terminals.mjs').Terminal, body: string, token: string }} Payment */
/** @typedef {Awaited<ReturnType<typeof openPlatform>>} Platform */

export const PREFIX = 'bench-';
const AMOUNT_MINOR = 100n;
const CARDS = ['unionpay-pin', 'unionpay-no-pin', 'visa-pin', 'visa-no-pin'];
const AT_ONCE = 16;

/** No rule may turn a payment down for being one of many, and nothing else may run beside the payments. */
const SETTINGS = {
  risk: { VELOCITY_MAX: '0', VELOCITY_ACCOUNT_MAX: '0', AMOUNT_LIMIT_MINOR: '5000000' },
  ledger: { PAYOUT_INTERVAL_SECONDS: '86400' },
  gateway: { CALL_LIMIT_PER_MINUTE: '1000000', CREDENTIAL_LIMIT_PER_MINUTE: '1000' },
};

/**
 * @template A, B
 * @param {readonly A[]} items
 * @param {(item: A, index: number) => Promise<B>} work
 * @returns {Promise<B[]>}
 */
export const allOf = async (items, work) => {
  /** @type {B[]} */
  const done = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map((item, i) => work(item, from + i)))));
  }
  return done;
};

/**
 * The claimed order sealed as the web terminal seals it.
 * @param {Order} order
 * @param {import('./terminals.mjs').Terminal} terminal
 * @param {number} index
 */
const seal = async (order, { terminalId, dataKeys, pinKeys }, index) => {
  const card = testCard(CARDS[index % CARDS.length] ?? '');
  const read = cardRead(testTrack2(card), 'simulated');
  if (!read) throw new Error('the test card cannot be read');
  const { digest } = order;
  const data = dataKeys.next(['data-encrypt']);
  const pin = pinKeys.next(['pin-encryption']);
  const keys = {
    data: { ksn: data.ksn, key: data.keys['data-encrypt'] },
    pin: { ksn: pin.ksn, key: pin.keys['pin-encryption'] },
  };
  const total = { amountMinor: String(order.total?.amountMinor), currency: order.total?.currency ?? '' };
  const payment = /** @type {any} */ ({ order: { id: order.id, ...total }, digest });
  const security = {
    ...(card.pin && { pin: new Sensitive(card.pin) }),
    signatureDigest: await signatureDigest({ kind: 'typed', name: 'Bench' }, digest),
  };
  return JSON.stringify(sealTransaction(keys, payment, read, security, { terminalId, now: new Date(), aes: nodeAes }));
};

/**
 * @typedef {object} Payer whose orders are made and paid
 * @property {RemoteService<OrdersClient>} orders
 * @property {string} merchantId
 * @property {string} accountId
 * @property {import('./terminals.mjs').Terminal[]} terminals
 * @property {AccessTokenIssuer} issuer
 */

/** @param {Payer} payer */
const paymentsOf = ({ orders, merchantId, accountId, terminals, issuer }) => {
  const createOrder = (/** @type {string} */ payeeId) =>
    orders.call.createOrder({
      ...{ kind: OrderKind.ORDER_KIND_PAY, merchantId, payeeId, payeeName: 'Bench' },
      ...{ targetAccountId: accountId, total: { amountMinor: AMOUNT_MINOR, currency: 'CNY' } },
      lines: [{ name: 'Tea', quantity: 1, unitAmountMinor: AMOUNT_MINOR, attributes: { 'Net weight': '100 g' } }],
      ...{ terms: 'Nothing is shipped.', merchantReference: '', returnUrl: 'http://127.0.0.1/', cancelUrl: '' },
      ...{ expiresInSeconds: 7_200, idempotencyKey: newId('event'), fingerprint: '0'.repeat(64) },
    });
  const tokenOf = async (/** @type {string} */ terminalId) =>
    (await issuer.issue({ accountId, terminalId, familyId: newId('event'), now: new Date() })).token;

  /**
   * Claims and seals: one payment for each order, each from a terminal of its own.
   * @param {readonly Order[]} created
   */
  const preparePayments = (created) =>
    allOf(created, async ({ id }, index) => {
      const terminal = terminals[index];
      if (!terminal) throw new Error('there are fewer terminals than orders');
      const { terminalId } = terminal;
      const order = await orders.call.claimOrder({ orderId: id, accountId, terminalId });
      return { order, terminal, body: await seal(order, terminal, index), token: await tokenOf(terminalId) };
    });

  const payments = async (/** @type {(index: number) => string} */ payeeOf) =>
    preparePayments(await allOf(terminals, (_, index) => createOrder(payeeOf(index))));
  return { createOrder, tokenOf, preparePayments, payments };
};

/** @param {string} baseUrl @returns {Promise<string>} id of a fresh account */
const registerShopper = async (baseUrl) => {
  const api = new TerminalApi({ baseUrl });
  const { email, password } = HOLDERS.shopper;
  const bankAccount = { bankCode: '102100099996', accountNumber: '6222020200000000001', holder: 'Bench' };
  await api.register({ email, password, displayName: 'Bench', locale: 'en', bankAccount });
  return (await api.logIn(email, password, undefined)).accountId;
};

/** Hears what the platform tells the shop: one that is away would be told again and again. @param {string} address */
const openShop = async (address) => {
  const server = createServer(
    (request, response) => void request.resume().once('end', () => response.writeHead(204).end()),
  );
  const [host, port] = address.split(':');
  await new Promise((resolve) => server.listen(Number(port), host, () => resolve(undefined)));
  return server;
};

/**
 * The whole platform on a broker and a database, one merchant, one shopper, and as many terminals as pay at once.
 * @param {{ kafkaBrokers: string, mongoUrl: string, dataDir: string }} infra
 * @param {number} terminalCount
 */
export const openPlatform = async ({ kafkaBrokers, mongoUrl, dataDir }, terminalCount) => {
  const onProblem = ({ message = '' }) => console.error(message);
  const stack = await startStack({ dataDir, kafkaBrokers, mongoUrl, prefix: PREFIX, more: SETTINGS, onProblem });
  const { addresses, secrets } = stack.installation;
  const orders = new RemoteService(OrdersClient, addresses.grpc['orders'] ?? '');
  const client = await new MongoClient(mongoUrl).connect();
  const shop = await openShop(addresses.shop);
  const close = async () => {
    orders.close();
    shop.close();
    await client.close();
    await stack.stop();
  };
  try {
    const { merchant } = await seedMerchant(stack);
    const accountId = await registerShopper(stack.url);
    const issuer = await AccessTokenIssuer.from(secrets['accounts']?.['TOKEN_SIGNING_KEY'] ?? '', stack.url);
    const terminals = await enrolTerminals(addresses, terminalCount);
    const databaseOf = (/** @type {string} */ service) =>
      client.db(`${PREFIX.replaceAll('-', '_')}openswipe_${service}`);
    const pids = () => [...stack.services.values()].map(({ pid }) => pid);
    const payer = { orders, merchantId: merchant.id, accountId, terminals, issuer };
    return { stack, merchant, terminals, ...paymentsOf(payer), databaseOf, pids, close };
  } catch (fault) {
    await close();
    throw fault;
  }
};
