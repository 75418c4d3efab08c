import { DomainError, TransientFault } from '@openswipe/kernel';
import { describe, expect, it } from '@jest/globals';
import { AskAccounts, type AccountsQuestion } from './ask-accounts.js';
import type { Accounts } from './ports.js';

const biometric = { assertion: 'right', orderDigest: 'ab'.repeat(32), ksn: 'cd'.repeat(12) };
const question = (transactionId: string, more: Partial<AccountsQuestion> = {}): AccountsQuestion => ({
  transactionId,
  accountId: 'acc',
  terminalId: 'ter',
  readerKeyIds: [],
  ...more,
});

const accounts = (more: Partial<Accounts> = {}): Accounts => ({
  checkReader: async () => '',
  verifyBiometric: async () => '',
  ...more,
});

describe('what accounts is asked', () => {
  it('is nothing where neither a reader with keys nor a biometric check is at hand', async () => {
    const silent = accounts({ checkReader: fail, verifyBiometric: fail });
    expect(await new AskAccounts(silent).execute([question('a'), question('b')])).toEqual(new Map());
  });

  it('is at most sixteen things at once, each of them once', async () => {
    let [open, most] = [0, 0];
    const asked: string[] = [];
    const checkReader = async (_: string, id: string) => {
      asked.push(id);
      most = Math.max(most, ++open);
      await new Promise(setImmediate);
      open -= 1;
      return id === 'r7' ? 'ACCOUNTS.READER_LOST' : '';
    };
    const questions = Array.from({ length: 100 }, (_, i) => question(`t${i}`, { readerKeyIds: [`r${i}`] }));
    const refusals = await new AskAccounts(accounts({ checkReader })).execute(questions);
    expect(refusals).toEqual(new Map([['t7', { code: 'ACCOUNTS.READER_LOST', facts: {} }]]));
    expect([most, new Set(asked).size, asked.length]).toEqual([16, 100, 100]);
  });

  it('is not to verify a holder whose reader is refused', async () => {
    const lost = accounts({ checkReader: async () => 'ACCOUNTS.READER_LOST', verifyBiometric: fail });
    const refusals = await new AskAccounts(lost).execute([question('a', { readerKeyIds: ['r'], biometric })]);
    expect(refusals.get('a')?.code).toBe('ACCOUNTS.READER_LOST');
  });

  it('refuses one transaction where accounts refuses the call, and leaves the batch for later where it is away', async () => {
    const questions = [question('a', { biometric }), question('b', { readerKeyIds: ['r'] })];
    const refusing = accounts({ verifyBiometric: fail });
    expect([...(await new AskAccounts(refusing).execute(questions)).keys()]).toEqual(['a']);
    const away = accounts({ checkReader: () => Promise.reject(new TransientFault('away')) });
    await expect(new AskAccounts(away).execute(questions)).rejects.toBeInstanceOf(TransientFault);
  });
});

function fail(): Promise<string> {
  return Promise.reject(new DomainError('ACCOUNTS.SOMETHING', 'refused'));
}
