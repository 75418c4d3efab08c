import { describe, expect, it } from '@jest/globals';
import { anOrder } from '../../test/a-terminal.js';
import { Problem } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import type { PaymentRecord } from '../records/payment-record.js';
import { MemoryStore } from '../store/memory-store.js';
import type { Submission } from './submission.js';
import { Submissions } from './submissions.js';

async function aSubmission(): Promise<Submission> {
  const card = { masked: '', bin: '', last4: '0001', entryMode: 'magstripe', readerKind: 'simulated' } as const;
  const body = { orderId: 'ord_1', suite: 'os1', ksn: '0', nonce: '0', ciphertext: '0', tag: '0' };
  return { accountId: 'acc_1', terminalId: 'ter_1', order: await anOrder(), card, body };
}

async function aDevice(answer: object | Problem) {
  const submission = await aSubmission();
  const storage = new MemoryStore<Submission>();
  const records = new MemoryStore<PaymentRecord>();
  await storage.put(submission.order.id, 'acc_1', submission);
  const api = {
    submit: async () => {
      if (answer instanceof Problem) throw answer;
      return { transactionId: 'txn_1' };
    },
    transaction: async () => ({ id: 'txn_1', submittedAt: '2026-01-01T00:00:00Z', ...answer }),
  } as unknown as TerminalApi;
  const submissions = new Submissions(api, storage, records, () => () => undefined);
  return { submissions, storage, records, orderId: submission.order.id };
}

/** Resolves with the first value of the signal that passes. */
const when = (
  submissions: Submissions,
  passes: (orderIds: Submissions['followed']['value']) => boolean,
): Promise<void> =>
  new Promise((resolve) => {
    const stop = submissions.followed.subscribe((value) => {
      if (passes(value)) queueMicrotask(() => (stop(), resolve()));
    });
  });

describe('Submissions', () => {
  it('go on after a reload, and end with a record and nothing left over', async () => {
    const { submissions, storage, records, orderId } = await aDevice({
      status: 'settled',
      authorizationCode: '831000',
    });
    await submissions.resume('acc_1');
    await when(submissions, (all) => all.get(orderId)?.outcome !== undefined);
    expect(submissions.followed.value.get(orderId)?.record?.authorizationCode).toBe('831000');
    expect(await records.get('txn_1')).toMatchObject({ orderId, card: { last4: '0001' } });
    expect(await storage.get(orderId)).toBeUndefined();
    submissions.dismiss(orderId);
    expect(submissions.followed.value.size).toBe(0);
  });

  it('keep the submission while its record cannot be stored: it is asked for again', async () => {
    const { storage, records, orderId, submissions } = await aDevice({ status: 'settled' });
    let tried: () => void = () => undefined;
    const trying = new Promise<void>((resolve) => (tried = resolve));
    records.put = () => {
      tried();
      return new Promise(() => undefined);
    };
    await submissions.resume('acc_1');
    await trying;
    expect(await storage.get(orderId)).toMatchObject({ transactionId: 'txn_1' });
  });

  it('make no record of a decline', async () => {
    const { submissions, storage, records, orderId } = await aDevice({
      status: 'declined',
      reasonCode: 'RISK.VELOCITY',
    });
    await submissions.resume('acc_1');
    await when(submissions, (all) => all.get(orderId)?.outcome?.kind === 'declined');
    expect(await records.all('acc_1')).toEqual([]);
    expect(await storage.get(orderId)).toBeUndefined();
  });

  it('stay stored when the session ends meanwhile', async () => {
    const { submissions, storage, orderId } = await aDevice(new Problem(401, 'ACCOUNTS.SESSION_REVOKED', 'no'));
    await submissions.resume('acc_1');
    await when(submissions, (all) => all.get(orderId)?.state === 'unreachable');
    expect(await storage.get(orderId)).toBeDefined();
  });
});
