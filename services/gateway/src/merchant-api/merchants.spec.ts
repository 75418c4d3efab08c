import { describe, expect, it, jest } from '@jest/globals';
import type { Merchant } from '@openswipe/contracts';
import { DomainError } from '@openswipe/kernel';
import type { Accounts } from '../grpc/peers.js';
import { Merchants } from './merchants.js';

describe('Merchants', () => {
  it('asks again after 30 seconds, and at once after a refusal', async () => {
    let now = 0;
    const ask = jest.fn(async (): Promise<Merchant> => ({ id: 'mer_1', name: 'Shop' }));
    const merchants = new Merchants({ authenticateApiKey: ask } as unknown as Accounts, { now: () => new Date(now) });
    await Promise.all([merchants.authenticate('sk_1'), merchants.authenticate('sk_1')]);
    expect(ask).toHaveBeenCalledTimes(1);
    now = 30_000;
    await merchants.authenticate('sk_1');
    expect(ask).toHaveBeenCalledTimes(2);
    ask.mockRejectedValueOnce(new DomainError('ACCOUNTS.API_KEY_UNKNOWN', 'no', { kind: 'unauthenticated' }));
    await expect(merchants.authenticate('sk_2')).rejects.toThrow('no');
    expect(await merchants.authenticate('sk_2')).toEqual({ id: 'mer_1', name: 'Shop' });
  });
});
