import { describe, expect, it, jest } from '@jest/globals';
import { Problem } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import { fulfilWishes, keepWishes } from './registration-wishes.js';

function aDevice(answer: () => Promise<unknown> = () => Promise.resolve({})) {
  const kept = new Map<string, string>();
  const texts = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const ask = jest.fn(answer);
  return { texts, ask, api: { ask } as unknown as TerminalApi };
}

const wishes = { accountName: 'lin@example.com', model: 'chip', mobile: false, idempotencyKey: 'key-1' } as const;

describe('the wishes of a registration', () => {
  it('are fulfilled once, for the account that had them', async () => {
    const { texts, api, ask } = aDevice();
    keepWishes(texts, wishes);
    expect(await fulfilWishes(api, texts, 'mei@example.com')).toBeUndefined();
    expect(await fulfilWishes(api, texts, 'lin@example.com')).toBe('readers');
    expect(await fulfilWishes(api, texts, 'lin@example.com')).toBeUndefined();
    const call = { body: { model: 'chip' }, headers: { 'idempotency-key': 'key-1' } };
    expect(ask.mock.calls).toEqual([['POST', '/v1/readers', call]]);
  });

  it('wait for the network, and are given up when refused', async () => {
    let answer = new Problem(503, 'GATEWAY.UNAVAILABLE', 'no');
    const { texts, api } = aDevice(() => Promise.reject(answer));
    keepWishes(texts, { ...wishes, mobile: true });
    await expect(fulfilWishes(api, texts, 'lin@example.com')).rejects.toBe(answer);
    answer = new Problem(400, 'ACCOUNTS.POSTAL_ADDRESS_MISSING', 'no');
    expect(await fulfilWishes(api, texts, 'lin@example.com')).toBe('mobile');
    expect(await fulfilWishes(api, texts, 'lin@example.com')).toBeUndefined();
  });
});
