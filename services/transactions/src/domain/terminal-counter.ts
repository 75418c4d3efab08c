/**
 * The replay counter of one initial key. `recent` names the transactions that the last counters went to: the same
 * transaction may pass again when its record is redelivered, another one may not.
 */
export interface TerminalCounter {
  /** 16 hex digits: BDK id, derivation id. */
  readonly initialKeyId: string;
  readonly terminalId: string;
  readonly counter: number;
  readonly recent: readonly { readonly counter: number; readonly transactionId: string }[];
}

/** One KSN in the hands of one transaction. */
export interface KsnUse {
  readonly transactionId: string;
  readonly terminalId: string;
  readonly initialKeyId: string;
  readonly counter: number;
}

/** `foreign`: the initial key was never issued to this terminal. */
export type KsnVerdict = 'passed' | 'replayed' | 'foreign';

/** As many unfinished records of one terminal may be redelivered at once. */
const RECENT_MAX = 16;

export const openCounter = (initialKeyId: string, terminalId: string): TerminalCounter => ({
  initialKeyId,
  terminalId,
  counter: 0,
  recent: [],
});

/** The counter only moves forward: a KSN that is not newer than the last one is a replay. */
export function useKsn(
  known: TerminalCounter | undefined,
  { transactionId, terminalId, counter }: KsnUse,
): { readonly verdict: KsnVerdict; readonly counter: TerminalCounter | undefined } {
  if (known?.terminalId !== terminalId) return { verdict: 'foreign', counter: known };
  if (known.recent.some((use) => use.counter === counter && use.transactionId === transactionId)) {
    return { verdict: 'passed', counter: known };
  }
  if (counter <= known.counter) return { verdict: 'replayed', counter: known };
  const recent = [...known.recent, { counter, transactionId }].slice(-RECENT_MAX);
  return { verdict: 'passed', counter: { ...known, counter, recent } };
}
