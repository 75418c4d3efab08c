import { describe, expect, it, jest } from '@jest/globals';
import { TransientFault } from '@openswipe/kernel';
import { Problem } from './problem.js';
import { TerminalApi } from './terminal-api.js';

const session = (accessToken: string, secondsLeft = 600) => ({
  accountId: 'acc_1',
  terminalId: 'ter_1',
  accessToken,
  accessTokenExpiresAt: new Date(Date.now() + secondsLeft * 1000).toISOString(),
});

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

/** A gateway that answers by path; the calls it got are kept. */
function gateway(answers: Record<string, (call: Headers) => Response>) {
  const calls: { path: string; headers: Headers }[] = [];
  const fetch = jest.fn(async (input: unknown, init?: RequestInit) => {
    const path = `${init?.method} ${String(input).replace('http://gateway', '')}`;
    const headers = new Headers(init?.headers);
    calls.push({ path, headers });
    return answers[path]?.(headers) ?? json({ code: 'GATEWAY.NOT_FOUND' }, 404);
  });
  return { api: new TerminalApi({ baseUrl: 'http://gateway', fetch: fetch as typeof globalThis.fetch }), calls };
}

describe('TerminalApi', () => {
  it('renews an access token once for all requests that wait', async () => {
    const { api, calls } = gateway({
      'POST /v1/sessions': () => json(session('old', 5), 200, { 'set-cookie': 'openswipe_refresh=r1; HttpOnly' }),
      'POST /v1/sessions/refresh': () => json(session('new')),
      'GET /v1/terminal/orders': () => json({ pending: [], toCollect: [] }),
    });
    await api.logIn('lin@example.com', 'secret');
    await Promise.all([api.orders(), api.orders(), api.orders()]);
    const renewals = calls.filter(({ path }) => path.endsWith('refresh'));
    expect(renewals).toHaveLength(1);
    expect(renewals[0]?.headers.get('cookie')).toBe('openswipe_refresh=r1');
    expect(renewals[0]?.headers.get('x-openswipe')).toBe('1');
    expect(calls.at(-1)?.headers.get('authorization')).toBe('Bearer new');
  });

  it('renews after a 401 and asks again', async () => {
    const { api } = gateway({
      'POST /v1/sessions': () => json(session('revoked')),
      'POST /v1/sessions/refresh': () => json(session('new')),
      'GET /v1/account': (headers) =>
        headers.get('authorization') === 'Bearer new' ? json({ id: 'acc_1' }) : json({ code: 'ACCOUNTS.TOKEN' }, 401),
    });
    await api.logIn('lin@example.com', 'secret');
    expect(await api.account()).toEqual({ id: 'acc_1' });
  });

  it('ends the session when the refresh token is refused, and tells', async () => {
    const { api } = gateway({
      'POST /v1/sessions': () => json(session('old', 1)),
      'POST /v1/sessions/refresh': () => json({ code: 'ACCOUNTS.SESSION_REVOKED' }, 401),
    });
    await api.logIn('lin@example.com', 'secret');
    const told = jest.fn();
    api.onSession(told);
    await expect(api.orders()).rejects.toMatchObject({ code: 'ACCOUNTS.SESSION_REVOKED' });
    expect(told).toHaveBeenCalledWith(undefined);
    expect(await api.resume()).toBeUndefined();
  });

  it('throws a typed problem, and a transient fault when nobody answers', async () => {
    const { api } = gateway({
      'POST /v1/sessions': () => json({ code: 'ACCOUNTS.CREDENTIALS_WRONG', detail: 'no', facts: { left: '2' } }, 401),
      'POST /v1/accounts': () => new Response('<html>Bad gateway', { status: 502 }),
    });
    await expect(api.logIn('a', 'b')).rejects.toMatchObject({
      code: 'ACCOUNTS.CREDENTIALS_WRONG',
      facts: { left: '2' },
    });
    const registering = api.register({ email: 'a', password: 'b', displayName: 'c' });
    await expect(registering).rejects.toMatchObject({ code: 'GATEWAY.UNAVAILABLE', isTransient: true });
    const down = new TerminalApi({ fetch: () => Promise.reject(new TypeError('fetch failed')) });
    await expect(down.resume()).rejects.toBeInstanceOf(TransientFault);
  });

  it('takes a transaction nobody knows yet for no answer, not for an error', async () => {
    const { api } = gateway({
      'POST /v1/sessions': () => json(session('t')),
      'GET /v1/transactions/txn_2': () => json({ code: 'ORDERS.DENIED' }, 403),
    });
    await api.logIn('lin@example.com', 'secret');
    expect(await api.transaction('txn_1')).toBeUndefined();
    await expect(api.transaction('txn_2')).rejects.toBeInstanceOf(Problem);
    expect(await api.config()).toEqual({ simulatedReader: false });
  });
});
