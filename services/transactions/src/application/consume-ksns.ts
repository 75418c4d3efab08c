import { TransientFault } from '@openswipe/kernel';
import { useKsn, type KsnUse, type KsnVerdict, type TerminalCounter } from '../domain/terminal-counter.js';
import type { TerminalCounterStore } from './ports.js';

/** Each lost round means that another writer moved one of the counters; a batch touches few terminals. */
const ROUNDS_MAX = 20;

/** Moves the counters of a batch's terminals forward. A transaction that passed once passes again. */
export class ConsumeKsns {
  constructor(private readonly counters: TerminalCounterStore) {}

  /** Gives one verdict per transaction id. Throws `TransientFault` when other writers keep winning. */
  async execute(uses: readonly KsnUse[]): Promise<ReadonlyMap<string, KsnVerdict>> {
    if (uses.length === 0) return new Map();
    const ids = [...new Set(uses.map(({ initialKeyId }) => initialKeyId))];
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const before = new Map((await this.counters.load(ids)).map((counter) => [counter.initialKeyId, counter]));
      const after = new Map(before);
      const verdicts = new Map<string, KsnVerdict>();
      for (const use of uses) {
        const { verdict, counter } = useKsn(after.get(use.initialKeyId), use);
        verdicts.set(use.transactionId, verdict);
        if (counter) after.set(use.initialKeyId, counter);
      }
      if (await this.counters.save(moved(before, after))) return verdicts;
    }
    throw new TransientFault('the terminal counters are written by too many at once');
  }
}

const moved = (before: ReadonlyMap<string, TerminalCounter>, after: ReadonlyMap<string, TerminalCounter>) =>
  [...before].flatMap(([id, old]) => {
    const next = after.get(id);
    return next && next !== old ? [{ before: old, after: next }] : [];
  });
