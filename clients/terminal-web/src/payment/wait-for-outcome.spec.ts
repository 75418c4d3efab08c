import { describe, expect, it } from '@jest/globals';
import { TransientFault } from '@openswipe/kernel';
import { anOrder } from '../../test/a-terminal.js';
import { Problem } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import type { Transaction } from '../gateway/transaction.js';
import { MemoryStore } from '../store/memory-store.js';
import type { Submission } from './submission.js';
import { waitForOutcome, type WaitingState } from './wait-for-outcome.js';

const transaction = (status: Transaction['status'], more: Partial<Transaction> = {}): Transaction => ({
  id: 'txn_1',
  orderId: 'ord_1',
  status,
  amountMinor: '1',
  currency: 'CNY',
  submittedAt: '2026-01-01T00:00:00Z',
  ...more,
});

type Answer = Transaction | Error | undefined;

/** The two calls that matter, answering from lists; the last answer repeats. */
function scripted(submissions: (Error | 'taken')[], answers: Answer[]) {
  const sent: unknown[] = [];
  const next = <T>(list: T[]): T => (list.length > 1 ? (list.shift() as T) : (list[0] as T));
  const api = {
    submit: async (body: unknown) => {
      sent.push(body);
      const answer = next(submissions);
      if (answer instanceof Error) throw answer;
      return { transactionId: 'txn_1' };
    },
    transaction: async () => {
      const answer = next(answers);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as TerminalApi;
  return { api, sent };
}

async function stored() {
  const storage = new MemoryStore<Submission>();
  const body = { orderId: 'ord_1', suite: 'os1', ksn: '0', nonce: '0', ciphertext: '0', tag: '0' };
  const card = { masked: '', bin: '', last4: '', entryMode: 'magstripe', readerKind: 'simulated' } as const;
  const submission: Submission = { accountId: 'acc_1', terminalId: 'ter_1', order: await anOrder(), card, body };
  await storage.put(submission.order.id, 'acc_1', submission);
  return { storage, submission };
}

describe('waitForOutcome', () => {
  it('sends the same bytes until the gateway has them, then asks until the transaction has its end', async () => {
    const { storage, submission } = await stored();
    const fault = new TransientFault('down');
    const { api, sent } = scripted(
      [fault, 'taken'],
      [undefined, fault, transaction('unknown'), transaction('settled')],
    );
    const states: WaitingState[] = [];
    const hints = (listener: (id: string) => void) => {
      const timer = setInterval(() => listener('txn_1'), 5);
      return () => clearInterval(timer);
    };
    const outcome = await waitForOutcome(api, storage, submission, { onState: (state) => states.push(state), hints });
    expect(outcome).toMatchObject({ kind: 'settled' });
    expect(sent).toEqual([submission.body, submission.body]);
    expect(states).toEqual(['sending', 'unreachable', 'processing', 'unreachable', 'unknown']);
    expect(await storage.get(submission.order.id)).toMatchObject({ transactionId: 'txn_1' });
  });

  it('gives a decline as an outcome, with its reason and facts', async () => {
    const { storage, submission } = await stored();
    const declined = transaction('declined', { reasonCode: 'RISK.PIN_WRONG', facts: { triesLeft: '2' } });
    const { api } = scripted(['taken'], [declined]);
    expect(await waitForOutcome(api, storage, submission)).toEqual({
      kind: 'declined',
      reasonCode: 'RISK.PIN_WRONG',
      facts: { triesLeft: '2' },
    });
  });

  it('gives the refusal of a body that never became a transaction', async () => {
    const { storage, submission } = await stored();
    const { api } = scripted([new Problem(400, 'CARD.SUITE_UNKNOWN', 'no')], []);
    expect(await waitForOutcome(api, storage, submission)).toMatchObject({
      kind: 'refused',
      reasonCode: 'CARD.SUITE_UNKNOWN',
    });
  });

  it('ends when it is aborted', async () => {
    const { storage, submission } = await stored();
    const { api } = scripted(['taken'], [undefined]);
    const stop = new AbortController();
    const waiting = waitForOutcome(api, storage, submission, { signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toThrow('abort');
  });
});
