import { describe, expect, it } from '@jest/globals';
import type { TransactionStatus } from '../domain/transaction-status.js';
import { submit, type Transaction } from '../domain/transaction.js';
import type { Change, Risk, TransactionStore } from './ports.js';
import { ResolveUnknownOutcomes } from './resolve-unknown-outcomes.js';

const NOW = new Date('2026-01-02T03:00:00Z');
const LIMITS = { unknownRetryMs: 5_000, unknownLimitMs: 60_000, stuckLimitMs: 300_000 };

const aged = (id: string, status: TransactionStatus, ageMs: number): Transaction => {
  const since = new Date(NOW.getTime() - ageMs);
  return { ...submit({ id, orderId: 'o', accountId: 'a', terminalId: 'r', submittedAt: since }, since), status };
};

async function sweep(
  transactions: readonly Transaction[],
  answer: (id: string) => ReturnType<Risk['resolveAuthorization']>,
) {
  const saved: Change[] = [];
  const asked: string[] = [];
  const store: TransactionStore = {
    insert: async () => [],
    load: async () => [],
    save: async (changes) => (saved.push(...changes), true),
    findOlder: async (status, since, ahead) =>
      transactions.filter((each) => each.status === status && (each.statusSince <= since || each.statusSince > ahead)),
  };
  const risk = {
    resolveAuthorization: (id: string, giveUp: boolean) => {
      asked.push(`${id}${giveUp ? ' give up' : ''}`);
      return answer(id);
    },
  };
  const report = await new ResolveUnknownOutcomes(store, risk, { now: () => NOW }, LIMITS).execute();
  return { report, saved, asked };
}

describe('the sweep', () => {
  it('asks for each unknown outcome, and gives up past the limit', async () => {
    const { asked, report } = await sweep(
      [aged('young', 'unknown', 4_999), aged('old', 'unknown', 5_000), aged('older', 'unknown', 60_000)],
      async () => 'known',
    );
    expect(asked).toEqual(['old', 'older give up']);
    expect(report.oldestUnknownMs).toBe(60_000);
  });

  it('gives up an outcome that a replica with a clock ahead left unknown', async () => {
    const { asked } = await sweep(
      [aged('a minute', 'unknown', -60_000), aged('a day', 'unknown', -86_400_000)],
      async () => 'known',
    );
    expect(asked).toEqual(['a day give up']);
  });

  it('rejects what stays submitted, so that its order is free again', async () => {
    const { report, saved } = await sweep(
      [aged('young', 'submitted', 299_999), aged('old', 'submitted', 300_000)],
      async () => 'known',
    );
    expect(report.rejected).toEqual(['old']);
    expect(saved[0]).toMatchObject({
      transaction: { id: 'old', status: 'rejected', reason: { code: 'TRANSACTIONS.NOT_VERIFIED_IN_TIME' } },
      event: { type: 'concluded' },
    });
  });

  it('asks for what is stuck after verification, never gives up an authorized one, and names both', async () => {
    const { asked, report } = await sweep(
      [aged('v', 'verified', 300_000), aged('vv', 'verified', 600_000), aged('a', 'authorized', 6_000_000)],
      async () => 'known',
    );
    expect(asked).toEqual(['v', 'vv give up', 'a']);
    expect(report.stuck.map(({ id }) => id)).toEqual(['v', 'vv', 'a']);
  });

  it('reverses what risk never got and has abandoned', async () => {
    const { saved } = await sweep([aged('lost', 'verified', 600_000)], async () => 'abandoned');
    expect(saved[0]).toMatchObject({
      transaction: { id: 'lost', status: 'reversed', reason: { code: 'TRANSACTIONS.NOT_ASSESSED_IN_TIME' } },
      event: { type: 'concluded' },
    });
  });

  it('goes on to the others when risk does not answer for one', async () => {
    const { asked, report } = await sweep([aged('a', 'unknown', 9_000), aged('b', 'unknown', 9_000)], async (id) => {
      if (id === 'a') throw new Error('no answer');
      return 'known';
    });
    expect([asked, report.unanswered]).toEqual([['a', 'b'], 1]);
  });
});
