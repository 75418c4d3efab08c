import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openCounter, useKsn, type KsnVerdict, type TerminalCounter } from './terminal-counter.js';

const ID = '4f53443100000001';
const use = (counter: number, transactionId: string, terminalId = 'ter') => ({
  transactionId,
  terminalId,
  initialKeyId: ID,
  counter,
});

describe('a terminal counter', () => {
  it('moves forward, lets the same transaction pass again, and refuses what is not newer', () => {
    const first = useKsn(openCounter(ID, 'ter'), use(5, 'a'));
    expect([first.verdict, first.counter?.counter]).toEqual(['passed', 5]);
    const second = useKsn(first.counter, use(6, 'b'));
    expect(second.verdict).toBe('passed');
    expect(useKsn(second.counter, use(5, 'a'))).toEqual({ verdict: 'passed', counter: second.counter });
    expect(useKsn(second.counter, use(6, 'c')).verdict).toBe('replayed');
    expect(useKsn(second.counter, use(4, 'd')).verdict).toBe('replayed');
  });

  it('belongs to one terminal', () => {
    expect(useKsn(openCounter(ID, 'ter'), use(1, 'a', 'other')).verdict).toBe('foreign');
    expect(useKsn(undefined, use(1, 'a')).verdict).toBe('foreign');
  });

  it('never gives one counter value to two transactions, in whatever order they come', () => {
    const uses = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom('a', 'b', 'c', 'd')));
    fc.assert(
      fc.property(uses, (sequence) => {
        const owners = new Map<number, string>();
        let counter: TerminalCounter | undefined = openCounter(ID, 'ter');
        for (const [value, transactionId] of sequence) {
          const before: number = counter?.counter ?? 0;
          const result: { verdict: KsnVerdict; counter: TerminalCounter | undefined } = useKsn(
            counter,
            use(value, transactionId),
          );
          counter = result.counter;
          expect(counter?.counter).toBeGreaterThanOrEqual(before);
          if (result.verdict !== 'passed') continue;
          expect(owners.get(value) ?? transactionId).toBe(transactionId);
          owners.set(value, transactionId);
        }
      }),
    );
  });
});
