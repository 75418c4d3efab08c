/**
 * How far the counter of one initial key has come. `recent` names the transactions that the last counters went to: the
 * same transaction may pass again when its record is redelivered, another one may not.
 */
export interface ReplayCounter {
  /** 16 hex digits; of a reader's PIN key `pin-` before them. */
  readonly initialKeyId: string;
  readonly counter: number;
  readonly recent: readonly { readonly counter: number; readonly transactionId: string }[];
}

/** One KSN in the hands of one transaction. */
export interface KsnUse {
  readonly transactionId: string;
  readonly initialKeyId: string;
  readonly counter: number;
}

export interface KsnOutcome<C extends ReplayCounter> {
  readonly verdict: 'passed' | 'replayed';
  readonly counter: C;
}

/** As many unfinished records of one terminal or reader may be redelivered at once. */
const RECENT_MAX = 16;

/** The counter only moves forward: a KSN that is not newer than the last one is a replay. */
export function moveForward<C extends ReplayCounter>(known: C, { transactionId, counter }: KsnUse): KsnOutcome<C> {
  if (known.recent.some((use) => use.counter === counter && use.transactionId === transactionId)) {
    return { verdict: 'passed', counter: known };
  }
  if (counter <= known.counter) return { verdict: 'replayed', counter: known };
  const recent = [...known.recent, { counter, transactionId }].slice(-RECENT_MAX);
  return { verdict: 'passed', counter: { ...known, counter, recent } };
}
