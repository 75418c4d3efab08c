import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { useReaderKsn, type ReaderCounter } from './reader-counter.js';

const ID = 'ffff9876543210e0';
const use = (counter: number, transactionId: string) => ({ transactionId, initialKeyId: ID, counter });

describe('the counter of a reader', () => {
  it('begins where the reader is first seen', () => {
    const { verdict, counter } = useReaderKsn(undefined, use(700, 'a'));
    expect([verdict, counter.counter, counter.initialKeyId]).toEqual(['passed', 700, ID]);
    expect(useReaderKsn(counter, use(699, 'b')).verdict).toBe('replayed');
    expect(useReaderKsn(counter, use(700, 'b')).verdict).toBe('replayed');
    expect(useReaderKsn(counter, use(700, 'a'))).toEqual({ verdict: 'passed', counter });
  });

  it('never lets one card read pay for two transactions, in whatever order they come and come again', () => {
    const uses = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom('a', 'b', 'c', 'd')));
    fc.assert(
      fc.property(uses, (sequence) => {
        const owners = new Map<number, string>();
        let counter: ReaderCounter | undefined;
        for (const [value, transactionId] of sequence) {
          const before: number = counter?.counter ?? 0;
          const outcome: ReturnType<typeof useReaderKsn> = useReaderKsn(counter, use(value, transactionId));
          counter = outcome.counter;
          expect(counter.counter).toBeGreaterThanOrEqual(before);
          if (outcome.verdict !== 'passed') continue;
          expect(owners.get(value) ?? transactionId).toBe(transactionId);
          owners.set(value, transactionId);
        }
      }),
    );
  });
});
