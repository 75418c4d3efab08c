import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EntryMode, type Order, OrderKind, OrderStatus, TOPICS, TransactionStatus } from '@openswipe/contracts';
import { DomainError, newId } from '@openswipe/kernel';
import { randomUUID } from 'node:crypto';
import {
  ACCOUNT,
  anOrder,
  EMAIL,
  eventually,
  type GatewayUnderTest,
  MERCHANT,
  SECRET_KEY,
  startGateway,
  TERMINAL,
} from './running-gateway.js';

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(() => gateway.stop());

beforeEach(() => {
  gateway.neighbours.calls.length = 0;
  gateway.orders.clear();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    redirect: 'manual',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text } as Answer;
}

const asMerchant = { authorization: `Bearer ${SECRET_KEY}` };
const asTerminal = async (claims?: Parameters<GatewayUnderTest['token']>[0]) => ({
  authorization: `Bearer ${await gateway.token(claims)}`,
});
const refuse = (name: string, code: string, kind: 'conflict' | 'not-found' | 'unauthenticated', facts = {}) =>
  gateway.neighbours.answer(name, () => {
    throw new DomainError(code, `refused: ${code}`, { kind, facts });
  });

function expectProblem(answer: Answer, status: number, code: string, more: object = {}): void {
  expect(answer.body).toMatchObject({ status, code, type: `urn:openswipe:problem:${code}`, ...more });
  expect(answer.body.title).toEqual(expect.any(String));
  expect(answer.body.detail).toEqual(expect.any(String));
  expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.status).toBe(status);
}

describe('merchant API', () => {
  const body = {
    amountMinor: '12850',
    currency: 'CNY',
    lines: [{ name: 'Tea', quantity: 2, unitAmountMinor: '6425' }],
    returnUrl: 'https://shop.example/return',
  };
  const key = () => ({ 'idempotency-key': randomUUID() });

  beforeEach(() => {
    gateway.neighbours.answer('createOrder', (request) => anOrder({ ...request, status: 1 } as Partial<Order>));
  });

  it('creates an order for the merchant of the key', async () => {
    const answer = await send('POST', '/v1/orders', body, { ...asMerchant, ...key() });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      kind: 'pay',
      status: 'created',
      amountMinor: '12850',
      currency: 'CNY',
      payeeId: MERCHANT.id,
      payeeName: MERCHANT.name,
      lines: [{ name: 'Tea', quantity: 2, unitAmountMinor: '6425', attributes: {} }],
      checkoutUrl: `${gateway.url}/checkout/${answer.body.id}`,
      version: 1,
    });
    const [request] = gateway.neighbours.callsOf('createOrder');
    expect(request).toMatchObject({ merchantId: MERCHANT.id, kind: OrderKind.ORDER_KIND_PAY, targetAccountId: '' });
    expect(request.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives the same fingerprint to the same body in another order, and another to another', async () => {
    const turned = Object.fromEntries(Object.entries(body).reverse());
    await send('POST', '/v1/orders', body, { ...asMerchant, ...key() });
    await send('POST', '/v1/orders', turned, { ...asMerchant, ...key() });
    await send('POST', '/v1/orders', { ...body, amountMinor: '12851' }, { ...asMerchant, ...key() });
    const [a, b, c] = gateway.neighbours.callsOf('createOrder').map(({ fingerprint }) => fingerprint);
    expect(a).toBe(b);
    expect(c).not.toBe(a);
  });

  it('binds the account that the merchant names, and refuses one that is not there', async () => {
    await send('POST', '/v1/orders', { ...body, account: EMAIL }, { ...asMerchant, ...key() });
    expect(gateway.neighbours.callsOf('createOrder')[0]).toMatchObject({ targetAccountId: ACCOUNT });
    const unknown = await send('POST', '/v1/orders', { ...body, account: 'a@b.example' }, { ...asMerchant, ...key() });
    expectProblem(unknown, 404, 'ACCOUNTS.ACCOUNT_NOT_FOUND');
  });

  it('makes a collect order that pays the named account', async () => {
    await send('POST', '/v1/orders', { ...body, kind: 'collect', account: EMAIL }, { ...asMerchant, ...key() });
    expect(gateway.neighbours.callsOf('createOrder')[0]).toMatchObject({
      kind: OrderKind.ORDER_KIND_COLLECT,
      payeeId: ACCOUNT,
      payeeName: '林',
      targetAccountId: ACCOUNT,
      merchantId: MERCHANT.id,
    });
    const nobody = await send('POST', '/v1/orders', { ...body, kind: 'collect' }, { ...asMerchant, ...key() });
    expectProblem(nobody, 400, 'GATEWAY.ACCOUNT_REQUIRED', { param: 'account' });
  });

  it.each([
    ['no key', {}, 401, 'GATEWAY.CREDENTIAL_MISSING'],
    ['another scheme', { authorization: 'Basic abc' }, 401, 'GATEWAY.CREDENTIAL_MISSING'],
    ['an unknown key', { authorization: 'Bearer sk_test_other' }, 401, 'ACCOUNTS.API_KEY_UNKNOWN'],
  ])('refuses %s', async (_, headers, status, code) => {
    const answer = await send('POST', '/v1/orders', body, { ...(headers as Record<string, string>), ...key() });
    expectProblem(answer, status as number, code as string);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('asks accounts once for a key that it has just seen', async () => {
    for (let count = 0; count < 3; count += 1) await send('POST', '/v1/orders', body, { ...asMerchant, ...key() });
    expect(gateway.neighbours.callsOf('authenticateApiKey').length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['a number for an amount', { amountMinor: 12850 }, 'amountMinor'],
    ['a negative amount', { amountMinor: '-1' }, 'amountMinor'],
    ['a fraction', { amountMinor: '12.50' }, 'amountMinor'],
    ['a script for a return address', { returnUrl: 'javascript:alert(1)' }, 'returnUrl'],
    ['no return address', { returnUrl: undefined }, 'returnUrl'],
    ['an unknown field', { amount: '1' }, 'amount'],
    ['a bad line', { lines: [{ name: 'x', quantity: 0, unitAmountMinor: '1' }] }, 'lines.0.quantity'],
    ['a bad e-mail', { account: 'nobody' }, 'account'],
  ])('refuses %s and names the field', async (_, change, param) => {
    const answer = await send('POST', '/v1/orders', { ...body, ...change }, { ...asMerchant, ...key() });
    expectProblem(answer, 400, 'GATEWAY.SHAPE_INVALID', { param });
    expect(gateway.neighbours.callsOf('createOrder')).toEqual([]);
  });

  it('refuses what is no JSON, too much, and no idempotency key', async () => {
    const headers = { ...asMerchant, ...key() };
    expectProblem(await send('POST', '/v1/orders', '{"a":', headers), 400, 'GATEWAY.REQUEST_INVALID');
    expectProblem(
      await send('POST', '/v1/orders', 'x', { ...headers, 'content-type': 'text/x' }),
      415,
      'GATEWAY.MEDIA_TYPE_UNSUPPORTED',
    );
    const huge = { ...body, terms: 'x'.repeat(300_000) };
    expectProblem(await send('POST', '/v1/orders', huge, headers), 413, 'GATEWAY.BODY_TOO_LARGE');
    expectProblem(await send('POST', '/v1/orders', body, asMerchant), 400, 'GATEWAY.IDEMPOTENCY_KEY_MISSING');
  });

  it.each(['null', '[]', '"x"', '7', '{"__proto__":{"amountMinor":"1"}}', '{"constructor":{"prototype":{}}}'])(
    'refuses the body %s',
    async (text) => {
      const answer = await send('POST', '/v1/orders', text, { ...asMerchant, ...key() });
      expect(answer).toMatchObject({ status: 400, body: { status: 400 } });
    },
  );

  it('passes refusals on with their facts, and hides faults', async () => {
    refuse('createOrder', 'ORDERS.IDEMPOTENCY_KEY_REUSED', 'conflict', { hint: 'x' });
    const reused = await send('POST', '/v1/orders', body, { ...asMerchant, ...key() });
    expectProblem(reused, 409, 'ORDERS.IDEMPOTENCY_KEY_REUSED', { facts: { hint: 'x' } });
    gateway.neighbours.answer('createOrder', () => {
      throw new Error('secret of the database');
    });
    const broken = await send('POST', '/v1/orders', body, { ...asMerchant, ...key() });
    expectProblem(broken, 503, 'GATEWAY.UNAVAILABLE');
    expect(broken.headers.get('retry-after')).toBe('1');
    expect(JSON.stringify(broken.body)).not.toContain('secret');
  });

  it('reads, lists and cancels own orders alone', async () => {
    const order = anOrder();
    const foreign = anOrder({ merchantId: newId('merchant') });
    for (const each of [order, foreign]) gateway.orders.set(each.id, each);
    gateway.neighbours.answer('listOrders', () => ({ orders: [order], hasMore: true }));
    gateway.neighbours.answer('cancelOrder', () => ({ ...order, status: OrderStatus.ORDER_STATUS_CANCELED }));
    const read = await send('GET', `/v1/orders/${order.id}`, undefined, asMerchant);
    expect(read.body).toMatchObject({ id: order.id, returnUrl: order.returnUrl, cancelUrl: order.cancelUrl });
    expectProblem(await send('GET', `/v1/orders/${foreign.id}`, undefined, asMerchant), 404, 'ORDERS.NOT_FOUND');
    expectProblem(await send('GET', '/v1/orders/ord_1', undefined, asMerchant), 400, 'GATEWAY.SHAPE_INVALID', {
      param: 'id',
    });
    const list = await send('GET', `/v1/orders?pageSize=5&afterId=${order.id}`, undefined, asMerchant);
    expect(list.body).toMatchObject({ orders: [{ id: order.id }], hasMore: true });
    expect(gateway.neighbours.callsOf('listOrders')[0]).toEqual({
      merchantId: MERCHANT.id,
      pageSize: 5,
      afterId: order.id,
    });
    expectProblem(await send('GET', '/v1/orders?pageSize=1000', undefined, asMerchant), 400, 'GATEWAY.SHAPE_INVALID');
    const canceled = await send('POST', `/v1/orders/${order.id}/cancel`, undefined, asMerchant);
    expect(canceled).toMatchObject({ status: 200, body: { status: 'canceled' } });
    expect(gateway.neighbours.callsOf('cancelOrder')[0].asker).toEqual({
      $case: 'merchantId',
      merchantId: MERCHANT.id,
    });
  });
});

describe('sessions and terminals', () => {
  const session = (more = {}) => ({
    accountId: ACCOUNT,
    terminalId: '',
    accessToken: 'jwt',
    accessTokenExpiresAt: new Date('2030-01-01T00:00:00Z'),
    refreshToken: 'r-1',
    refreshTokenExpiresAt: new Date('2030-02-01T00:00:00Z'),
    ...more,
  });
  const csrf = { 'x-openswipe': '1' };
  const cookie = { cookie: 'openswipe_refresh=r-1' };

  it('registers an account', async () => {
    gateway.neighbours.answer('register', ({ email, displayName }) => ({
      id: ACCOUNT,
      email,
      displayName,
      createdAt: new Date(),
    }));
    const body = {
      email: EMAIL,
      password: 'long enough',
      displayName: 'Lin',
      bankAccount: { bankCode: '102', accountNumber: '6', holder: 'Lin' },
    };
    const answer = await send('POST', '/v1/accounts', body);
    expect(answer).toMatchObject({ status: 201, body: { id: ACCOUNT, email: EMAIL, displayName: 'Lin' } });
    expect(gateway.neighbours.callsOf('register')[0]).toMatchObject({ bankAccount: body.bankAccount, mobile: '' });
    expectProblem(await send('POST', '/v1/accounts', { ...body, email: 'x' }), 400, 'GATEWAY.SHAPE_INVALID', {
      param: 'email',
    });
    refuse('register', 'ACCOUNTS.EMAIL_TAKEN', 'conflict');
    expectProblem(await send('POST', '/v1/accounts', body), 409, 'ACCOUNTS.EMAIL_TAKEN');
  });

  it('logs in, keeping the refresh token in a cookie no script sees', async () => {
    gateway.neighbours.answer('logIn', () => session());
    const answer = await send('POST', '/v1/sessions', { email: EMAIL, password: 'p' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      accountId: ACCOUNT,
      terminalId: null,
      accessToken: 'jwt',
      accessTokenExpiresAt: '2030-01-01T00:00:00.000Z',
    });
    const [set] = answer.headers.getSetCookie();
    expect(set).toContain('openswipe_refresh=r-1; Path=/v1/sessions; Expires=');
    expect(set).toContain('HttpOnly; SameSite=Strict');
    expect(set).not.toContain('Secure');
    expect(gateway.neighbours.callsOf('logIn')[0]).toMatchObject({ remoteAddress: '127.0.0.1', terminalId: '' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('refuses wrong credentials', async () => {
    refuse('logIn', 'ACCOUNTS.CREDENTIALS_WRONG', 'unauthenticated');
    expectProblem(
      await send('POST', '/v1/sessions', { email: EMAIL, password: 'p' }),
      401,
      'ACCOUNTS.CREDENTIALS_WRONG',
    );
  });

  it('renews a session by cookie and header, and drops a dead cookie', async () => {
    gateway.neighbours.answer('refreshSession', () => session({ terminalId: TERMINAL, refreshToken: 'r-2' }));
    const answer = await send('POST', '/v1/sessions/refresh', undefined, { ...cookie, ...csrf });
    expect(answer).toMatchObject({ status: 200, body: { terminalId: TERMINAL } });
    expect(answer.headers.getSetCookie()[0]).toContain('openswipe_refresh=r-2');
    expect(gateway.neighbours.callsOf('refreshSession')).toEqual([{ refreshToken: 'r-1' }]);
    expectProblem(await send('POST', '/v1/sessions/refresh', undefined, cookie), 403, 'GATEWAY.CSRF_HEADER_MISSING');
    expectProblem(await send('POST', '/v1/sessions/refresh', undefined, csrf), 401, 'GATEWAY.REFRESH_TOKEN_MISSING');
    refuse('refreshSession', 'ACCOUNTS.SESSION_REVOKED', 'unauthenticated');
    const dead = await send('POST', '/v1/sessions/refresh', undefined, { ...cookie, ...csrf });
    expectProblem(dead, 401, 'ACCOUNTS.SESSION_REVOKED');
    expect(dead.headers.getSetCookie()[0]).toContain('openswipe_refresh=; ');
  });

  it('logs out, with or without a session', async () => {
    gateway.neighbours.answer('logOut', () => ({}));
    const answer = await send('DELETE', '/v1/sessions', undefined, { ...cookie, ...csrf });
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()[0]).toContain('openswipe_refresh=;');
    expect(gateway.neighbours.callsOf('logOut')).toEqual([{ refreshToken: 'r-1' }]);
    expect((await send('DELETE', '/v1/sessions', undefined, csrf)).status).toBe(204);
    expectProblem(await send('DELETE', '/v1/sessions', undefined, cookie), 403, 'GATEWAY.CSRF_HEADER_MISSING');
  });

  it('enrols a terminal and binds the session to it', async () => {
    const key = {
      initialKeyId: Buffer.from('0011223344556677', 'hex'),
      encryptedKey: Buffer.from('key'),
      keyCheckValue: 'a1b2c3d4e5',
    };
    gateway.neighbours.answer('enrolTerminal', () => ({
      terminalId: TERMINAL,
      certificate: 'C',
      caCertificate: 'CA',
      dataKey: key,
      pinKey: key,
      session: session({ terminalId: TERMINAL, accessToken: 'jwt-2', refreshToken: 'r-3' }),
    }));
    const headers = await asTerminal({ tid: undefined });
    const answer = await send('POST', '/v1/terminals', { name: 'Laptop', certificateRequest: 'PEM' }, headers);
    const keyView = {
      initialKeyId: '0011223344556677',
      encryptedKey: Buffer.from('key').toString('base64'),
      keyCheckValue: 'a1b2c3d4e5',
    };
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      terminalId: TERMINAL,
      certificate: 'C',
      caCertificate: 'CA',
      dataKey: keyView,
      pinKey: keyView,
      accessToken: 'jwt-2',
      accessTokenExpiresAt: '2030-01-01T00:00:00.000Z',
    });
    expect(answer.headers.getSetCookie()[0]).toContain('openswipe_refresh=r-3; Path=/v1/sessions');
    expect(gateway.neighbours.callsOf('enrolTerminal')[0]).toEqual({
      accountId: ACCOUNT,
      name: 'Laptop',
      certificateRequest: 'PEM',
      sessionFamilyId: 'family-1',
    });
  });

  it('lists and signs out terminals and reads the account, also before enrolment', async () => {
    const headers = await asTerminal({ tid: undefined });
    gateway.neighbours.answer('listTerminals', () => ({
      terminals: [{ id: TERMINAL, name: 'Laptop', enrolledAt: new Date(0), revoked: false }],
    }));
    gateway.neighbours.answer('revokeTerminal', () => ({}));
    expect((await send('GET', '/v1/terminals', undefined, headers)).body).toEqual({
      terminals: [{ id: TERMINAL, name: 'Laptop', enrolledAt: '1970-01-01T00:00:00.000Z', revoked: false }],
    });
    const lost = newId('terminal');
    expect((await send('DELETE', `/v1/terminals/${lost}`, undefined, headers)).status).toBe(204);
    expect(gateway.neighbours.callsOf('revokeTerminal')[0]).toEqual({ accountId: ACCOUNT, terminalId: lost });
    expect((await send('GET', '/v1/account', undefined, headers)).body).toMatchObject({
      id: ACCOUNT,
      displayName: '林',
    });
  });

  it.each([
    ['GET', '/v1/terminal/orders'],
    ['GET', '/v1/terminal/events'],
    ['POST', '/v1/transactions'],
    ['POST', `/v1/terminal/orders/${newId('order')}/claim`],
  ])('refuses %s %s to a session that carries no terminal', async (method, path) => {
    expectProblem(
      await send(method, path, undefined, await asTerminal({ tid: undefined })),
      403,
      'GATEWAY.TERMINAL_REQUIRED',
    );
  });

  it('refuses tokens that are expired, forged, of an unknown key or no tokens', async () => {
    const good = await gateway.token();
    const [head, , signature] = good.split('.');
    const forged = `${head}.${Buffer.from(JSON.stringify({ sub: ACCOUNT, sid: 'x', exp: 4e9 })).toString('base64url')}.${signature}`;
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`;
    const tokens = [
      await gateway.token({ secondsLeft: -1 }),
      forged,
      unsigned,
      await gateway.token({ kid: 'k9' }),
      SECRET_KEY,
    ];
    for (const token of tokens) {
      const answer = await send('GET', '/v1/account', undefined, { authorization: `Bearer ${token}` });
      expectProblem(answer, 401, 'GATEWAY.ACCESS_TOKEN_INVALID');
    }
    expect((await send('GET', '/v1/account', undefined, { authorization: `Bearer ${good}` })).status).toBe(200);
  });
});

describe('terminal API', () => {
  it('parts the inbox in what to pay and what to collect, without the merchant’s addresses', async () => {
    const pay = anOrder({ status: 3, claim: { terminalId: TERMINAL, expiresAt: new Date(0) } });
    const collect = anOrder({ kind: OrderKind.ORDER_KIND_COLLECT });
    gateway.neighbours.answer('listInbox', () => ({ orders: [pay, collect] }));
    const { body } = await send('GET', '/v1/terminal/orders', undefined, await asTerminal());
    expect(body).toMatchObject({
      pending: [{ id: pay.id, status: 'claimed', claim: { terminalId: TERMINAL } }],
      toCollect: [{ id: collect.id, kind: 'collect' }],
    });
    expect(JSON.stringify(body)).not.toContain('shop.example');
    expect(JSON.stringify(body)).not.toContain('checkout');
  });

  it('shows an order to its target account alone', async () => {
    const order = anOrder({ targetAccountId: ACCOUNT });
    gateway.orders.set(order.id, order);
    expect((await send('GET', `/v1/terminal/orders/${order.id}`, undefined, await asTerminal())).body.id).toBe(
      order.id,
    );
    const other = await asTerminal({ sub: newId('account') });
    expectProblem(await send('GET', `/v1/terminal/orders/${order.id}`, undefined, other), 404, 'ORDERS.NOT_FOUND');
  });

  it('claims, releases and cancels for the session’s own account and terminal', async () => {
    const order = anOrder({ targetAccountId: ACCOUNT });
    for (const name of ['claimOrder', 'releaseOrder', 'cancelOrder']) gateway.neighbours.answer(name, () => order);
    const headers = await asTerminal();
    for (const verb of ['claim', 'release', 'cancel']) {
      const answer = await send('POST', `/v1/terminal/orders/${order.id}/${verb}`, undefined, headers);
      expect(answer).toMatchObject({ status: 200, body: { id: order.id } });
    }
    const asked = { orderId: order.id, accountId: ACCOUNT, terminalId: TERMINAL };
    expect(gateway.neighbours.callsOf('claimOrder')).toEqual([asked]);
    expect(gateway.neighbours.callsOf('releaseOrder')).toEqual([asked]);
    expect(gateway.neighbours.callsOf('cancelOrder')[0].asker).toEqual({ $case: 'accountId', accountId: ACCOUNT });
    refuse('claimOrder', 'ORDERS.CLAIMED_BY_OTHER_TERMINAL', 'conflict', { terminalId: 'ter_x' });
    const taken = await send('POST', `/v1/terminal/orders/${order.id}/claim`, undefined, headers);
    expectProblem(taken, 409, 'ORDERS.CLAIMED_BY_OTHER_TERMINAL', { facts: { terminalId: 'ter_x' } });
  });

  it('creates a collect order for the own account', async () => {
    gateway.neighbours.answer('createOrder', (request) => anOrder({ ...request, status: 2 } as Partial<Order>));
    const headers = { ...(await asTerminal()), 'idempotency-key': 'k-1' };
    const body = { amountMinor: '500', currency: 'CNY', description: 'Lunch' };
    const answer = await send('POST', '/v1/terminal/orders', body, headers);
    expect(answer).toMatchObject({
      status: 201,
      body: { kind: 'collect', payeeId: ACCOUNT, payeeName: '林', lines: [{ name: 'Lunch', unitAmountMinor: '500' }] },
    });
    expect(gateway.neighbours.callsOf('createOrder')[0]).toMatchObject({ merchantId: '', targetAccountId: ACCOUNT });
    expectProblem(
      await send('POST', '/v1/terminal/orders', body, await asTerminal()),
      400,
      'GATEWAY.IDEMPOTENCY_KEY_MISSING',
    );
  });

  it('says what the installation offers', async () => {
    expect((await send('GET', '/v1/terminal/config')).body).toEqual({ simulatedReader: true });
  });
});

describe('transactions', () => {
  const envelope = (more = {}) => ({
    orderId: newId('order'),
    suite: 'os1',
    ksn: '0a'.repeat(12),
    nonce: '0b'.repeat(12),
    ciphertext: '0c'.repeat(100),
    tag: '0d'.repeat(16),
    ...more,
  });

  it('answers 202 only with the record at the broker, and the same bytes are the same transaction', async () => {
    const body = envelope();
    const headers = await asTerminal();
    const answer = await send('POST', '/v1/transactions', body, headers);
    const end = await offsets();
    expect(answer.status).toBe(202);
    expect(end).toBe(1);
    expect(answer.body).toEqual({ transactionId: expect.stringMatching(/^txn_[0-9a-f]{32}$/) });
    expect((await send('POST', '/v1/transactions', body, headers)).body).toEqual(answer.body);
    const [record] = await readSubmitted();
    expect(record?.key?.toString()).toBe(body.orderId);
    expect(TOPICS.transactionSubmitted.codec.decode(record?.value ?? Buffer.alloc(0))).toMatchObject({
      transactionId: answer.body.transactionId,
      orderId: body.orderId,
      accountId: ACCOUNT,
      terminalId: TERMINAL,
      envelope: { suite: 'os1', ksn: Buffer.from(body.ksn, 'hex'), ciphertext: Buffer.from(body.ciphertext, 'hex') },
    });
  });

  it.each([
    ['an unknown suite', { suite: 'zz9', ksn: '00' }, 400, 'CARD.SUITE_UNKNOWN', 'suite'],
    ['a name of an object for a suite', { suite: 'constructor' }, 400, 'CARD.SUITE_UNKNOWN', 'suite'],
    ['a short KSN', { ksn: '0a'.repeat(11) }, 400, 'GATEWAY.SHAPE_INVALID', 'ksn'],
    ['a long tag', { tag: '0a'.repeat(17) }, 400, 'GATEWAY.SHAPE_INVALID', 'tag'],
    ['half a byte', { nonce: 'abc' }, 400, 'GATEWAY.SHAPE_INVALID', 'nonce'],
    ['no hexadecimal', { ciphertext: 'zz' }, 400, 'GATEWAY.SHAPE_INVALID', 'ciphertext'],
    ['too much', { ciphertext: '00'.repeat(8_193) }, 413, 'GATEWAY.CIPHERTEXT_TOO_LARGE', 'ciphertext'],
    ['another field', { pan: '1' }, 400, 'GATEWAY.SHAPE_INVALID', 'pan'],
    ['no order', { orderId: 'ord_1' }, 400, 'GATEWAY.SHAPE_INVALID', 'orderId'],
  ])('refuses %s', async (_, change, status, code, param) => {
    const before = await offsets();
    const answer = await send('POST', '/v1/transactions', envelope(change as object), await asTerminal());
    expectProblem(answer, status as number, code as string, { param });
    expect(await offsets()).toBe(before);
  });

  it('takes the largest ciphertext', async () => {
    const body = envelope({ ciphertext: '00'.repeat(8_192) });
    expect((await send('POST', '/v1/transactions', body, await asTerminal())).status).toBe(202);
  });

  it('shows a transaction to its account', async () => {
    const id = `txn_${'1'.repeat(32)}`;
    gateway.neighbours.answer('getTransaction', () => ({
      id,
      orderId: 'ord_x',
      status: TransactionStatus.TRANSACTION_STATUS_DECLINED,
      reasonCode: 'RISK.PIN_WRONG',
      facts: { triesLeft: '2' },
      amount: { amountMinor: 5n, currency: 'CNY' },
      card: {
        brand: 'unionpay',
        bin: '622848',
        last4: '0001',
        entryMode: EntryMode.ENTRY_MODE_MAGSTRIPE,
        cardToken: 'tok',
      },
      authorizationCode: '',
      journalEntryId: '',
      submittedAt: new Date(0),
    }));
    const headers = await asTerminal();
    const { body } = await send('GET', `/v1/transactions/${id}`, undefined, headers);
    expect(body).toEqual({
      id,
      orderId: 'ord_x',
      status: 'declined',
      reasonCode: 'RISK.PIN_WRONG',
      facts: { triesLeft: '2' },
      amountMinor: '5',
      currency: 'CNY',
      card: { brand: 'unionpay', bin: '622848', last4: '0001', entryMode: 'magstripe' },
      submittedAt: '1970-01-01T00:00:00.000Z',
    });
    expect(gateway.neighbours.callsOf('getTransaction')).toEqual([{ transactionId: id, accountId: ACCOUNT }]);
    refuse('getTransaction', 'TRANSACTIONS.NOT_FOUND', 'not-found');
    expectProblem(await send('GET', `/v1/transactions/${id}`, undefined, headers), 404, 'TRANSACTIONS.NOT_FOUND');
  });

  const topic = (): string => gateway.broker.physicalName(TOPICS.transactionSubmitted.name);

  async function offsets(): Promise<number> {
    const admin = gateway.broker.client.admin();
    await admin.connect();
    const partitions = await admin.fetchTopicOffsets(topic());
    await admin.disconnect();
    return partitions.reduce((sum, { high }) => sum + Number(high), 0);
  }

  async function readSubmitted() {
    const consumer = gateway.broker.client.consumer({
      groupId: gateway.broker.physicalName(randomUUID()),
      maxWaitTimeInMs: 100,
    });
    const records: { key: Buffer | null; value: Buffer | null }[] = [];
    await consumer.connect();
    await consumer.subscribe({ topics: [topic()], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void records.push(message) });
    await eventually(() => (records.length > 0 ? true : undefined), 'a record read back');
    await consumer.disconnect();
    return records;
  }
});

describe('the edge', () => {
  it('describes every route of the API', async () => {
    const { body } = await send('GET', '/openapi.json');
    const operations = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(body.openapi).toBe('3.1.0');
    expect(operations.sort()).toEqual(
      [
        'POST /v1/account/mobile',
        'POST /v1/account/mobile/confirm',
        'GET /v1/readers',
        'POST /v1/readers',
        'POST /v1/readers/bind',
        'POST /v1/readers/{id}/cancel',
        'POST /v1/readers/{id}/lost',
        'POST /v1/biometrics/options',
        'POST /v1/biometrics',
        'GET /v1/biometrics',
        'DELETE /v1/biometrics/{id}',
        'GET /v1/terminal/security-checks',
        'POST /v1/terminal/orders/{id}/reader-challenges',
        'POST /v1/orders',
        'GET /v1/orders',
        'GET /v1/orders/{id}',
        'POST /v1/orders/{id}/cancel',
        'POST /v1/accounts',
        'GET /v1/account',
        'POST /v1/sessions',
        'POST /v1/sessions/refresh',
        'DELETE /v1/sessions',
        'POST /v1/terminals',
        'GET /v1/terminals',
        'DELETE /v1/terminals/{id}',
        'GET /v1/terminal/events',
        'GET /v1/terminal/config',
        'GET /v1/terminal/orders',
        'POST /v1/terminal/orders',
        'GET /v1/terminal/orders/{id}',
        'POST /v1/terminal/orders/{id}/claim',
        'POST /v1/terminal/orders/{id}/release',
        'POST /v1/terminal/orders/{id}/cancel',
        'POST /v1/transactions',
        'GET /v1/transactions/{id}',
      ].sort(),
    );
    const [pageSize] = body.paths['/v1/orders'].get.parameters;
    expect(pageSize).toMatchObject({ name: 'pageSize', required: false, schema: { type: 'integer', maximum: 100 } });
    const create = body.paths['/v1/orders'].post;
    expect(create.requestBody.content['application/json'].schema.required).toEqual([
      'amountMinor',
      'currency',
      'returnUrl',
    ]);
    expect(create.parameters).toContainEqual(expect.objectContaining({ name: 'Idempotency-Key', in: 'header' }));
  });

  it('serves the terminal with its own policy, and its page for every path below', async () => {
    const pageAnswer = await send('GET', '/terminal/pay/ord_1');
    expect(pageAnswer).toMatchObject({ status: 200, body: expect.stringContaining('<title>terminal') });
    expect(pageAnswer.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(pageAnswer.headers.get('content-security-policy')).toContain("connect-src 'self' ws://127.0.0.1:41735;");
    expect(pageAnswer.headers.get('permissions-policy')).toContain('hid=(self)');
    expect(pageAnswer.headers.get('cache-control')).toBe('no-cache');
    const asset = await send('GET', '/terminal/assets/index-abc123.js');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toContain('javascript');
    expect((await send('GET', '/terminal/sw.js')).headers.get('cache-control')).toBe('no-cache');
    expectProblem(await send('GET', '/terminal/assets/index-old.js'), 404, 'GATEWAY.NOT_FOUND');
    expect((await send('GET', '/terminal')).headers.get('location')).toBe('/terminal/');
    expect((await send('GET', '/terminal/')).body).toContain('<title>terminal');
    const outside = await send('GET', '/terminal/..%2f..%2fpackage.json');
    expectProblem(outside, 404, 'GATEWAY.NOT_FOUND');
  });

  it.each(['/', '/v1/terminal/config', '/openapi.json', '/nothing', '/health/live', '/checkout/x'])(
    'sets security headers on %s',
    async (path) => {
      const { headers } = await send('GET', path);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('permissions-policy')).toContain('hid=(), microphone=()');
      expect(headers.get('cache-control')).toBe('no-store');
    },
  );

  it('greets, is healthy, and answers unknown paths and bad addresses with problems', async () => {
    const landing = await send('GET', '/', undefined, { 'accept-language': 'zh-CN,zh;q=0.9' });
    expect(landing.body).toContain('打开终端');
    expect((await send('GET', '/health/ready')).status).toBe(200);
    expectProblem(await send('GET', '/nothing'), 404, 'GATEWAY.NOT_FOUND');
    const bad = await send('GET', '/v1/orders/%ZZ', undefined, asMerchant);
    expectProblem(bad, 400, 'GATEWAY.REQUEST_INVALID');
    expect(bad.headers.get('x-content-type-options')).toBe('nosniff');
  });
});
