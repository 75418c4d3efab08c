import { type Order, OrderKind, OrderStatus, TOPICS, type Topic } from '@openswipe/contracts';
import { DomainError, newId } from '@openswipe/kernel';
import {
  createLogger,
  KafkaBroker,
  loadConfig,
  Publisher,
  type RunningService,
  startService,
  toRecord,
} from '@openswipe/service-kit';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { randomBytes } from 'node:crypto';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatewayConfig } from '../src/config.js';
import { options } from '../src/gateway.module.js';
import { FakeNeighbours } from './fake-neighbours.js';

export const MERCHANT = { id: newId('merchant'), name: 'Café "Zur Post" <b>&' };
export const SECRET_KEY = 'sk_test_abcdefgh';
export const ACCOUNT = newId('account');
export const TERMINAL = newId('terminal');
export const EMAIL = 'lin@example.com';

/** The gateway on the real broker, its neighbours faked at the wire. */
export interface GatewayUnderTest {
  readonly url: string;
  readonly neighbours: FakeNeighbours;
  readonly broker: KafkaBroker;
  readonly service: RunningService;
  readonly orders: Map<string, Order>;
  token(claims?: { sub?: string; tid?: string | undefined; secondsLeft?: number; kid?: string }): Promise<string>;
  publish<T>(topic: Topic<T>, orderId: string, message: T): Promise<void>;
  /** Stores the order in the fake orders and tells of it. */
  change(order: Order): Promise<Order>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function startGateway(more: Record<string, string> = {}): Promise<GatewayUnderTest> {
  const { KAFKA_BROKERS } = process.env;
  if (!KAFKA_BROKERS) throw new Error('component tests need KAFKA_BROKERS');
  const neighbours = new FakeNeighbours();
  const peer = await neighbours.start();
  const folder = await builtTerminal();
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}`;
  const { TOPIC_PREFIX = `t-${randomBytes(4).toString('hex')}-` } = more;
  const config = loadConfig(gatewayConfig, {
    KAFKA_BROKERS,
    TOPIC_PREFIX,
    HTTP_LISTEN: listen,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
    PUBLIC_URL: url,
    TERMINAL_WEB_DIR: folder,
    SIMULATED_READER: 'true',
    ORDERS_ADDRESS: peer,
    TRANSACTIONS_ADDRESS: peer,
    ACCOUNTS_ADDRESS: peer,
    RISK_ADDRESS: peer,
    CREDENTIAL_LIMIT_PER_MINUTE: '1000',
    ...more,
  });
  const orders = new Map<string, Order>();
  const token = await setNeighbours(neighbours, orders);
  const service = await startService(options(config));
  const settings = { brokers: KAFKA_BROKERS, topicPrefix: TOPIC_PREFIX, clientId: 'test' };
  const broker = new KafkaBroker(settings, createLogger('test', 'silent'));
  const publisher = new Publisher(broker);
  const publish = async <T>(topic: Topic<T>, orderId: string, message: T): Promise<void> => {
    const context = { correlationId: orderId, causationId: 'test', occurredAt: new Date() };
    await publisher.publish([toRecord(topic, orderId, message, context)]);
  };
  const change = async (order: Order): Promise<Order> => {
    orders.set(order.id, order);
    await publish(TOPICS.orderChanged, order.id, { order });
    return order;
  };
  const stop = async () => {
    await service.stop();
    await publisher.disconnect();
    neighbours.stop();
    await rm(folder, { recursive: true });
  };
  return { url, neighbours, broker, service, orders, token, publish, change, stop };
}

async function builtTerminal(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'terminal-web-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>terminal</title>');
  await writeFile(join(folder, 'sw.js'), 'self.skipWaiting();');
  await writeFile(join(folder, 'assets', 'index-abc123.js'), 'export {};');
  return folder;
}

/** What every test may count on; a test replaces what it is about. */
async function setNeighbours(neighbours: FakeNeighbours, orders: Map<string, Order>) {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA');
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA', use: 'sig' }] });
  neighbours.answer('getVerificationKeys', () => ({ jwks }));
  neighbours.answer('authenticateApiKey', ({ secretKey }) => {
    if (secretKey === SECRET_KEY) return MERCHANT;
    throw new DomainError('ACCOUNTS.API_KEY_UNKNOWN', 'This secret key is not known', { kind: 'unauthenticated' });
  });
  neighbours.answer('resolveAccount', ({ email }) => {
    if (email === EMAIL) return { accountId: ACCOUNT };
    throw new DomainError('ACCOUNTS.ACCOUNT_NOT_FOUND', 'There is no such account', { kind: 'not-found' });
  });
  neighbours.answer('getAccount', ({ accountId }) => ({
    id: accountId,
    email: EMAIL,
    displayName: '林',
    createdAt: new Date(0),
  }));
  neighbours.answer('signReturn', ({ orderId, status }) => ({ signature: `sig-${orderId.slice(-4)}-${status}` }));
  neighbours.answer('getOrder', ({ orderId, asker }) => {
    const order = orders.get(orderId);
    const isOwn =
      asker?.$case === 'checkout' ||
      (asker?.$case === 'merchantId' && asker.merchantId === order?.merchantId) ||
      (asker?.$case === 'accountId' && asker.accountId === order?.targetAccountId);
    if (order && isOwn) return order;
    throw new DomainError('ORDERS.NOT_FOUND', 'There is no such order', { kind: 'not-found' });
  });
  return async (claims: Parameters<GatewayUnderTest['token']>[0] = {}): Promise<string> => {
    const { sub = ACCOUNT, secondsLeft = 600, kid = 'k1' } = claims;
    const tid = 'tid' in claims ? claims.tid : TERMINAL;
    return new SignJWT({ sid: 'family-1', ...(tid && { tid }) })
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + secondsLeft)
      .sign(privateKey);
  };
}

/** A pay order of the merchant; a test says only what it is about. */
export function anOrder(more: Partial<Order> = {}): Order {
  const createdAt = new Date('2026-03-01T10:00:00.000Z');
  return {
    id: newId('order'),
    kind: OrderKind.ORDER_KIND_PAY,
    status: OrderStatus.ORDER_STATUS_CREATED,
    merchantId: MERCHANT.id,
    payeeId: MERCHANT.id,
    payeeName: MERCHANT.name,
    targetAccountId: '',
    total: { amountMinor: 128_50n, currency: 'CNY' },
    lines: [
      { name: '龙井茶 Longjing', quantity: 2, unitAmountMinor: 59_00n, attributes: { weight: '100 g' } },
      { name: 'Delivery', quantity: 1, unitAmountMinor: 10_50n, attributes: {} },
    ],
    terms: 'Return within 7 days.\nNo questions asked.',
    merchantReference: 'T-1001',
    returnUrl: 'https://shop.example/return?cart=7',
    cancelUrl: 'https://shop.example/cart',
    digest: 'ab'.repeat(32),
    claim: undefined,
    transactionId: '',
    lastFailure: undefined,
    payment: undefined,
    history: [{ status: OrderStatus.ORDER_STATUS_CREATED, at: createdAt }],
    version: 1n,
    createdAt,
    expiresAt: new Date(Date.now() + 1_800_000),
    ...more,
  };
}

const DEADLINE_MS = 10_000;

/** Waits for a condition, not for a time. */
export async function eventually<T>(probe: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  for (const end = Date.now() + DEADLINE_MS; Date.now() < end;) {
    const found = await probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`did not happen in time: ${what}`);
}
