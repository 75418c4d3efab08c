import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Order, OrderStatus, type Reader, ReaderStatus, SecurityCheck } from '@openswipe/contracts';
import { DomainError, newId, type RefusalKind } from '@openswipe/kernel';
import { ACCOUNT, anOrder, EMAIL, type GatewayUnderTest, startGateway, TERMINAL } from './running-gateway.js';

let gateway: GatewayUnderTest;
beforeAll(async () => (gateway = await startGateway()));
afterAll(() => gateway.stop());
beforeEach(() => void (gateway.neighbours.calls.length = 0));

const AT = new Date('2026-03-01T10:00:00.000Z');
const ADDRESS = {
  recipient: '林',
  addressLines: ['1 Zhongshan Road'],
  city: 'Shanghai',
  postalCode: '200000',
  country: 'CN',
};
const READER = newId('reader');

const aReader = (more: Partial<Reader> = {}): Reader => ({
  id: READER,
  accountId: ACCOUNT,
  model: 'usb-swipe',
  status: ReaderStatus.READER_STATUS_APPLIED,
  postalAddress: ADDRESS,
  serialNumber: '',
  carrier: '',
  trackingNumber: '',
  terminalId: '',
  replacesReaderId: '',
  replacedByReaderId: '',
  appliedAt: AT,
  shippedAt: undefined,
  boundAt: undefined,
  lostAt: undefined,
  ...more,
});

interface Caller {
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

async function send(method: string, path: string, body?: unknown, { token, headers = {} }: Caller = {}) {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token ?? (await gateway.token())}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const refuse = (name: string, code: string, kind: RefusalKind, facts = {}) =>
  gateway.neighbours.answer(name, () => {
    throw new DomainError(code, `refused: ${code}`, { kind, facts });
  });
const withoutTerminal = async (): Promise<Caller> => ({ token: await gateway.token({ tid: undefined }) });

describe('the account', () => {
  const account = { id: ACCOUNT, email: EMAIL, displayName: '林', mobile: '+8613800000000', locale: 'zh-CN' };

  it('shows whether its mobile number is confirmed, and its postal address', async () => {
    gateway.neighbours.answer('getAccount', () => ({
      ...account,
      mobileConfirmed: true,
      postalAddress: ADDRESS,
      createdAt: AT,
    }));
    expect(await send('GET', '/v1/account', undefined, await withoutTerminal())).toEqual({
      status: 200,
      body: { ...account, mobileConfirmed: true, postalAddress: ADDRESS, createdAt: AT.toISOString() },
    });
  });

  it('passes mobile number and postal address of a registration on', async () => {
    gateway.neighbours.answer('register', (request) => ({ ...account, ...request, createdAt: AT }));
    const person = { email: EMAIL, password: 'correct horse battery', displayName: '林' };
    const registered = await send('POST', '/v1/accounts', { ...person, mobile: '13800000000', postalAddress: ADDRESS });
    expect(registered).toMatchObject({ status: 201, body: { mobileConfirmed: false, postalAddress: ADDRESS } });
    expect(gateway.neighbours.callsOf('register')).toMatchObject([{ mobile: '13800000000', postalAddress: ADDRESS }]);
  });

  it('gets a mobile number by a code', async () => {
    gateway.neighbours.answer('changeMobile', ({ mobile }) => (mobile === '' ? {} : { codeExpiresAt: AT }));
    const mobile = '+8613800000000';
    const named = await send('POST', '/v1/account/mobile', { mobile });
    expect(named).toEqual({ status: 202, body: { codeExpiresAt: AT.toISOString() } });
    expect(await send('POST', '/v1/account/mobile', { mobile: '' })).toEqual({ status: 202, body: {} });
    gateway.neighbours.answer('confirmMobile', () => ({ ...account, mobileConfirmed: true, createdAt: AT }));
    const confirmed = await send('POST', '/v1/account/mobile/confirm', { code: '012345' });
    expect(confirmed).toMatchObject({ status: 200, body: { mobile, mobileConfirmed: true } });
    expect(gateway.neighbours.callsOf('changeMobile')[0]).toEqual({ accountId: ACCOUNT, mobile });
    expect(gateway.neighbours.callsOf('confirmMobile')).toEqual([{ accountId: ACCOUNT, code: '012345' }]);
  });

  it('hears why a code is no good', async () => {
    refuse('confirmMobile', 'ACCOUNTS.MOBILE_CODE_WRONG', 'invalid', { triesLeft: '3' });
    const wrong = await send('POST', '/v1/account/mobile/confirm', { code: '012345' });
    expect(wrong).toMatchObject({
      status: 400,
      body: { code: 'ACCOUNTS.MOBILE_CODE_WRONG', facts: { triesLeft: '3' } },
    });
    refuse('changeMobile', 'ACCOUNTS.MOBILE_CODE_TOO_OFTEN', 'rate-limited', { retryAfterSeconds: '42' });
    const often = await send('POST', '/v1/account/mobile', { mobile: '+8613800000000' });
    expect(often).toMatchObject({ status: 429, body: { facts: { retryAfterSeconds: '42' } } });
    const shapeless = await send('POST', '/v1/account/mobile/confirm', { code: '12345' });
    expect(shapeless).toMatchObject({ status: 400, body: { code: 'GATEWAY.SHAPE_INVALID', param: 'code' } });
  });
});

describe('readers', () => {
  it('are applied for once by one key, and shown without what they do not have', async () => {
    gateway.neighbours.answer('applyForReader', () => aReader());
    const application = { model: 'usb-swipe', postalAddress: ADDRESS };
    const withKey = { headers: { 'idempotency-key': 'k-1' } };
    expect(await send('POST', '/v1/readers', application, withKey)).toEqual({
      status: 201,
      body: { id: READER, model: 'usb-swipe', status: 'applied', postalAddress: ADDRESS, appliedAt: AT.toISOString() },
    });
    const request = { accountId: ACCOUNT, ...application, replacesReaderId: '', idempotencyKey: 'k-1' };
    expect(gateway.neighbours.callsOf('applyForReader')).toEqual([request]);
    const replacement = { model: 'chip', replacesReaderId: READER };
    await send('POST', '/v1/readers', replacement, withKey);
    expect(gateway.neighbours.callsOf('applyForReader')[1]).toMatchObject({ ...replacement, postalAddress: undefined });
    expect(await send('POST', '/v1/readers', application)).toMatchObject({
      status: 400,
      body: { code: 'GATEWAY.IDEMPOTENCY_KEY_MISSING' },
    });
    expect(await send('POST', '/v1/readers', { model: 'abacus' }, withKey)).toMatchObject({
      status: 400,
      body: { code: 'GATEWAY.SHAPE_INVALID', param: 'model' },
    });
  });

  it('are listed in whatever state of their life', async () => {
    const bound = aReader({
      status: ReaderStatus.READER_STATUS_LOST,
      serialNumber: 'SN1',
      carrier: 'SF',
      trackingNumber: 'T1',
      terminalId: TERMINAL,
      replacedByReaderId: newId('reader'),
      shippedAt: AT,
      boundAt: AT,
      lostAt: AT,
    });
    const statuses = [ReaderStatus.READER_STATUS_SHIPPED, ReaderStatus.READER_STATUS_BOUND];
    const others = [...statuses, ReaderStatus.READER_STATUS_CANCELED].map((status) => aReader({ status }));
    gateway.neighbours.answer('listReaders', () => ({ readers: [bound, ...others] }));
    const { body } = await send('GET', '/v1/readers', undefined, await withoutTerminal());
    const { accountId: _accountId, replacesReaderId: _none, ...shown } = bound;
    const at = AT.toISOString();
    expect(body.readers[0]).toEqual({
      ...shown,
      status: 'lost',
      appliedAt: at,
      shippedAt: at,
      boundAt: at,
      lostAt: at,
    });
    expect(body.readers.map(({ status }: { status: string }) => status)).toEqual([
      'lost',
      'shipped',
      'bound',
      'canceled',
    ]);
    expect(gateway.neighbours.callsOf('listReaders')).toEqual([{ accountId: ACCOUNT }]);
  });

  it('are canceled, lost and bound as the session, never as what a body says', async () => {
    gateway.neighbours.answer('cancelReaderApplication', () => aReader());
    gateway.neighbours.answer('reportReaderLost', () => aReader());
    gateway.neighbours.answer('bindReader', () => aReader({ terminalId: TERMINAL }));
    expect((await send('POST', `/v1/readers/${READER}/cancel`)).status).toBe(200);
    expect((await send('POST', `/v1/readers/${READER}/lost`)).status).toBe(200);
    expect(await send('POST', '/v1/readers/bind', { serialNumber: 'SN1' })).toMatchObject({
      status: 200,
      body: { terminalId: TERMINAL },
    });
    const own = { accountId: ACCOUNT, readerId: READER };
    expect(gateway.neighbours.callsOf('cancelReaderApplication')).toEqual([own]);
    expect(gateway.neighbours.callsOf('reportReaderLost')).toEqual([own]);
    const binding = { accountId: ACCOUNT, terminalId: TERMINAL, serialNumber: 'SN1' };
    expect(gateway.neighbours.callsOf('bindReader')).toEqual([binding]);
    expect((await send('POST', '/v1/readers/bind', { ...binding })).status).toBe(400);
    refuse('bindReader', 'ACCOUNTS.READER_FOREIGN', 'forbidden');
    expect((await send('POST', '/v1/readers/bind', { serialNumber: 'SN1' })).status).toBe(403);
    refuse('cancelReaderApplication', 'ACCOUNTS.READER_STATE', 'conflict', { status: 'shipped' });
    expect((await send('POST', `/v1/readers/${READER}/cancel`)).body.facts).toEqual({ status: 'shipped' });
  });
});

describe('biometric credentials', () => {
  const id = 'A-_'.repeat(450);
  const credential = { id, terminalId: TERMINAL, registeredAt: AT, lastUsedAt: undefined };
  const response = {
    id,
    rawId: id,
    type: 'public-key',
    response: { clientDataJSON: 'YQ', attestationObject: 'Yg', transports: ['internal'] },
    clientExtensionResults: {},
  };

  it('are registered as the browser answers', async () => {
    const options = { challenge: 'abc', rp: { id: 'localhost', name: 'Openswipe' } };
    gateway.neighbours.answer('beginBiometricRegistration', () => ({ optionsJson: JSON.stringify(options) }));
    gateway.neighbours.answer('finishBiometricRegistration', () => credential);
    expect(await send('POST', '/v1/biometrics/options')).toEqual({ status: 200, body: options });
    const registered = await send('POST', '/v1/biometrics', response);
    const view = { id, terminalId: TERMINAL, registeredAt: AT.toISOString() };
    expect(registered).toEqual({ status: 201, body: view });
    const [request] = gateway.neighbours.callsOf('finishBiometricRegistration');
    expect(request).toMatchObject({ accountId: ACCOUNT, terminalId: TERMINAL });
    expect(JSON.parse(request.responseJson)).toEqual(response);
    const shapeless = await send('POST', '/v1/biometrics', { ...response, type: 'password' });
    expect(shapeless).toMatchObject({ status: 400, body: { code: 'GATEWAY.SHAPE_INVALID', param: 'type' } });
  });

  it('are listed and removed, however long their name', async () => {
    gateway.neighbours.answer('listBiometricCredentials', () => ({ credentials: [{ ...credential, lastUsedAt: AT }] }));
    gateway.neighbours.answer('removeBiometricCredential', () => ({}));
    const list = await send('GET', '/v1/biometrics', undefined, await withoutTerminal());
    expect(list.body.credentials).toMatchObject([{ id, lastUsedAt: AT.toISOString() }]);
    expect(await send('DELETE', `/v1/biometrics/${id}`)).toEqual({ status: 204, body: undefined });
    expect(gateway.neighbours.callsOf('removeBiometricCredential')).toEqual([{ accountId: ACCOUNT, credentialId: id }]);
    expect((await send('DELETE', `/v1/biometrics/${encodeURIComponent('a b')}`)).status).toBe(400);
  });
});

describe('security checks of a card', () => {
  it('are those that risk knows', async () => {
    const { SECURITY_CHECK_PIN, SECURITY_CHECK_BIOMETRIC, SECURITY_CHECK_SIGNATURE } = SecurityCheck;
    const checks = [SECURITY_CHECK_BIOMETRIC, SECURITY_CHECK_PIN, SECURITY_CHECK_SIGNATURE];
    gateway.neighbours.answer('getSecurityChecks', () => ({ checks }));
    const answer = await send('GET', '/v1/terminal/security-checks?bin=62258800');
    expect(answer).toEqual({ status: 200, body: { checks: ['biometric', 'pin', 'signature'] } });
    expect(gateway.neighbours.callsOf('getSecurityChecks')).toEqual([{ bin: '62258800' }]);
  });

  it.each(['', '?bin=622', '?bin=622588001', '?bin=62x588'])(
    'need the digits that begin a card number: %j',
    async (query) => {
      const answer = await send('GET', `/v1/terminal/security-checks${query}`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'GATEWAY.SHAPE_INVALID', param: 'bin' } });
    },
  );
});

describe('the challenge of a reader', () => {
  const body = { ksn: 'ffff9876543210e00003', challenge: 'be5c9835177e452a' };
  const held = (terminalId: string, more = {}): Order => {
    const claim = { terminalId, expiresAt: new Date(Date.now() + 60_000) };
    const order = anOrder({ targetAccountId: ACCOUNT, status: OrderStatus.ORDER_STATUS_CLAIMED, claim, ...more });
    gateway.orders.set(order.id, order);
    return order;
  };
  const ask = (id: string, given: unknown = body) => send('POST', `/v1/terminal/orders/${id}/reader-challenges`, given);

  it('is answered for an order that this terminal holds, and for that order', async () => {
    gateway.neighbours.answer('answerReaderChallenge', () => ({ reply: Buffer.from('ab'.repeat(16), 'hex') }));
    const { id, digest } = held(TERMINAL);
    expect(await ask(id)).toEqual({ status: 200, body: { reply: 'ab'.repeat(16) } });
    expect(gateway.neighbours.callsOf('answerReaderChallenge')).toEqual([
      { accountId: ACCOUNT, orderDigest: digest, seconds: expect.any(Number), ...body },
    ]);
    const [{ seconds } = { seconds: 0 }] = gateway.neighbours.callsOf('answerReaderChallenge') as { seconds: number }[];
    expect([seconds > 50, seconds <= 60]).toEqual([true, true]);
  });

  it.each([
    ['another terminal holds', () => held(newId('terminal')), 409, 'ORDERS.NOT_CLAIMED'],
    [
      'this terminal held until now',
      () => held(TERMINAL, { claim: { terminalId: TERMINAL, expiresAt: new Date(Date.now() - 1) } }),
      409,
      'ORDERS.NOT_CLAIMED',
    ],
    [
      'nobody holds any more',
      () => held(TERMINAL, { status: OrderStatus.ORDER_STATUS_PAID }),
      409,
      'ORDERS.NOT_CLAIMED',
    ],
    ['is another account’s', () => held(TERMINAL, { targetAccountId: newId('account') }), 404, 'ORDERS.NOT_FOUND'],
  ])('is not answered for an order that %s', async (_, order, status, code) => {
    expect(await ask(order().id)).toMatchObject({ status, body: { code } });
  });

  it.each([
    ['ksn', { ...body, ksn: 'ff' }],
    ['challenge', { ...body, challenge: 'zz'.repeat(8) }],
    ['sessionId', { ...body, sessionId: '00'.repeat(8) }],
  ])('wants its own shape: %s', async (_, given) => {
    expect(await ask(held(TERMINAL).id, given)).toMatchObject({ status: 400, body: { code: 'GATEWAY.SHAPE_INVALID' } });
  });
});

describe('what belongs to one terminal', () => {
  it.each([
    ['POST', '/v1/readers/bind', { serialNumber: 'SN1' }],
    ['POST', '/v1/biometrics/options', undefined],
    ['POST', '/v1/biometrics', {}],
    ['GET', '/v1/terminal/security-checks?bin=62258800', undefined],
  ])('is refused to a session without one: %s %s', async (method, path, body) => {
    const answer = await send(method, path, body, await withoutTerminal());
    expect(answer).toMatchObject({ status: 403, body: { code: 'GATEWAY.TERMINAL_REQUIRED' } });
    const nobody = await send(method, path, body, { token: 'no-token' });
    expect(nobody).toMatchObject({ status: 401, body: { code: 'GATEWAY.ACCESS_TOKEN_INVALID' } });
  });
});
