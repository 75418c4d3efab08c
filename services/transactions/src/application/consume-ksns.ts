import { TransientFault } from '@openswipe/kernel';
import type { KsnUse, ReplayCounter } from '../domain/replay-counter.js';
import type { CounterStore } from './ports.js';

/** Each lost round means that another writer moved one of the counters; a batch touches few of them. */
const ROUNDS_MAX = 20;

interface Used<C, V> {
  readonly verdict: V;
  readonly counter: C | undefined;
}

/**
 * Moves the counters of a batch forward, those of terminals or those of readers. A transaction that passed once passes
 * again.
 */
export class ConsumeKsns<C extends ReplayCounter, U extends KsnUse, V extends string> {
  constructor(
    private readonly counters: CounterStore<C>,
    private readonly use: (known: C | undefined, use: U) => Used<C, V>,
  ) {}

  /** Gives one verdict per transaction id. Throws `TransientFault` when other writers keep winning. */
  async execute(uses: readonly U[]): Promise<ReadonlyMap<string, V>> {
    if (uses.length === 0) return new Map();
    const ids = [...new Set(uses.map(({ initialKeyId }) => initialKeyId))];
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const before = new Map((await this.counters.load(ids)).map((counter) => [counter.initialKeyId, counter]));
      const after = new Map(before);
      const verdicts = new Map<string, V>();
      for (const use of uses) {
        const { verdict, counter } = this.use(after.get(use.initialKeyId), use);
        verdicts.set(use.transactionId, verdict);
        if (counter) after.set(use.initialKeyId, counter);
      }
      if (await this.counters.save(moved(before, after))) return verdicts;
    }
    throw new TransientFault('the counters are written by too many at once');
  }
}

const moved = <C>(before: ReadonlyMap<string, C>, after: ReadonlyMap<string, C>) =>
  [...after].flatMap(([id, next]) => (next === before.get(id) ? [] : [{ before: before.get(id), after: next }]));
