import { describe, expect, it } from '@jest/globals';
import { Money } from '@openswipe/kernel';
import fc from 'fast-check';
import type { CardSummary } from './card.js';
import { isFinal } from './transaction-status.js';
import {
  assess,
  holdOrder,
  postEntry,
  reject,
  submit,
  verify,
  type Assessment,
  type Move,
  type Transaction,
} from './transaction.js';

const AT = new Date('2026-01-02T03:04:05Z');
const REASON = { code: 'RISK.PIN_WRONG', facts: { triesLeft: '1' } };
const CARD: CardSummary = {
  cardToken: 'card_1',
  bin: '62258800',
  last4: '0001',
  brand: 'unionpay',
  entryMode: 'magstripe',
  readerKind: 'simulated',
  readerProtected: true,
};
const SEALED = { keyId: 'k', nonce: new Uint8Array(), ciphertext: new Uint8Array(), tag: new Uint8Array() };

const submitted = submit({ id: 't', orderId: 'o', accountId: 'a', terminalId: 'r', submittedAt: AT }, AT);
const held = holdOrder(submitted, { id: 'o', payeeId: 'm', amount: Money.of(1n, 'CNY'), digest: 'd' });
const CHECKS = { pinPresent: true, signaturePresent: true, biometricVerified: false };
const verified = verify(held, CARD, { sealedCardData: SEALED, ...CHECKS }, AT);

const approved: Assessment = { outcome: 'approved', authorizationCode: '123456' };
const declined: Assessment = { outcome: 'declined', reason: REASON };
const unknown: Assessment = { outcome: 'unknown' };
const reversed: Assessment = { outcome: 'reversed', reason: REASON };

type Step = Assessment | 'entry';

/** Applies each step; gives the last state and how often a conclusion went out. */
function run(steps: readonly Step[]): { transaction: Transaction; concluded: number } {
  let transaction = verified.transaction;
  let concluded = 0;
  for (const step of steps) {
    const move: Move | undefined =
      step === 'entry' ? postEntry(transaction, 't:settle', AT) : assess(transaction, step, AT);
    if (move?.event) concluded += 1;
    transaction = move?.transaction ?? transaction;
  }
  return { transaction, concluded };
}

describe('a transaction', () => {
  it('is verified with the event that carries the sealed card data, which the state never holds', () => {
    expect(verified.event).toMatchObject({ type: 'verified', sealedCardData: SEALED });
    expect(verified.transaction).toMatchObject({ status: 'verified', card: CARD });
    expect(JSON.stringify({ ...verified.transaction, amount: undefined })).not.toContain('sealed');
  });

  it('is rejected once, and never after it was verified', () => {
    const { transaction, event } = reject(submitted, REASON, AT);
    expect([transaction.status, transaction.concludedAt, event?.type]).toEqual(['rejected', AT, 'concluded']);
    expect(() => reject(verified.transaction, REASON, AT)).toThrow(/cannot become rejected/);
    expect(() => reject(transaction, REASON, AT)).toThrow(/cannot become rejected/);
  });

  it.each<[string, Step[], string, number]>([
    ['approved, entry', [approved, 'entry'], 'settled', 1],
    ['entry before the approval', ['entry', approved], 'settled', 1],
    ['unknown, then approved', [unknown, approved, 'entry'], 'settled', 1],
    ['entry between unknown and approved', [unknown, 'entry', approved], 'settled', 1],
    ['entry, then a late unknown', ['entry', unknown, approved], 'settled', 1],
    ['unknown again after approved', [unknown, approved, unknown], 'authorized', 0],
    ['declined', [declined], 'declined', 1],
    ['unknown, then declined', [unknown, declined], 'declined', 1],
    ['unknown, then reversed', [unknown, reversed], 'reversed', 1],
    ['reversed where the unknown was lost', [reversed], 'reversed', 1],
    ['declined, then anything', [declined, approved, 'entry', unknown, reversed], 'declined', 1],
    ['settled, then anything', [approved, 'entry', declined, unknown, reversed, approved, 'entry'], 'settled', 1],
    ['approved, then a contradiction', [approved, declined, reversed], 'authorized', 0],
    ['entry, then a contradiction', ['entry', declined, reversed, approved], 'settled', 1],
  ])('%s', (_, steps, status, concluded) => {
    const end = run(steps);
    expect([end.transaction.status, end.concluded]).toEqual([status, concluded]);
  });

  it('settles only with both the authorization code and the entry, concludes once, and never leaves its end', () => {
    const step = fc.constantFrom<Step>(approved, declined, unknown, reversed, 'entry');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.array(step, { maxLength: 6 }), (steps, more) => {
        const { transaction, concluded } = run(steps);
        expect(concluded).toBe(isFinal(transaction.status) ? 1 : 0);
        if (transaction.status === 'settled') {
          expect(transaction).toMatchObject({ authorizationCode: '123456', journalEntryId: 't:settle' });
        }
        if (isFinal(transaction.status)) expect(run([...steps, ...more]).transaction).toEqual(transaction);
      }),
    );
  });

  it('gives the same end however often each record is repeated', () => {
    const step = fc.constantFrom<Step>(approved, unknown, 'entry');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        expect(run(steps.flatMap((each) => [each, each, each]))).toEqual(run(steps));
      }),
    );
  });
});
