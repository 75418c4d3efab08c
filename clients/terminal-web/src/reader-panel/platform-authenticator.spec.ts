import { describe, expect, it, jest } from '@jest/globals';
import { fromHex } from '@openswipe/card';
import { anOrder } from '../../test/a-terminal.js';
import { Problem } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import { indicationSignal } from '../reader/indication-signal.js';
import { platformAuthenticator } from './platform-authenticator.js';

const hex = (digits: string) => fromHex(digits, digits.length / 2, 'TEST', 'A fixture');
const CHALLENGE = {
  ksn: hex('ffff9876543210e00003'),
  challenge1: hex('be5c9835177e452a'),
  challenge2: hex('00'.repeat(8)),
};

async function asking(answer: () => Promise<unknown>) {
  const order = await anOrder();
  const ask = jest.fn((..._: readonly unknown[]) => answer());
  const authenticator = platformAuthenticator({ ask } as unknown as Pick<TerminalApi, 'ask'>, () => [order]);
  const signal = indicationSignal(order.digest, { amountMinor: '1', currency: 'CNY' });
  return { order, ask, reply: (given = signal) => authenticator.reply(CHALLENGE, given) };
}

const refusing = (code: string) => asking(() => Promise.reject(new Problem(409, code, 'no')));

describe('the platform’s answer to a reader', () => {
  it('is asked for with the order of the signal', async () => {
    const { order, ask, reply } = await asking(async () => ({ reply: 'ab'.repeat(16) }));
    expect(await reply()).toEqual(hex('ab'.repeat(16)));
    const body = { ksn: 'ffff9876543210e00003', challenge: 'be5c9835177e452a' };
    expect(ask).toHaveBeenCalledWith('POST', `/v1/terminal/orders/${order.id}/reader-challenges`, { body });
  });

  it('is not asked for without such an order', async () => {
    const { ask, reply } = await asking(async () => ({}));
    expect(await reply(indicationSignal('cd'.repeat(32), { amountMinor: '1', currency: 'CNY' }))).toBeUndefined();
    expect(ask).not.toHaveBeenCalled();
  });

  it.each(['ACCOUNTS.READER_LOST', 'ORDERS.NOT_CLAIMED', 'TRANSACTIONS.READER_KEYS_MISSING'])(
    'is a refusal after %s',
    async (code) => {
      await expect((await refusing(code)).reply()).rejects.toMatchObject({ code });
    },
  );

  it('is refused where it is none', async () => {
    const { reply } = await asking(async () => ({ reply: 'ab' }));
    await expect(reply()).rejects.toMatchObject({ code: 'READER.REFUSED' });
  });
});
