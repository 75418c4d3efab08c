import { moveForward, type KsnUse, type ReplayCounter } from './replay-counter.js';

/** The replay counter of an initial key that was issued to one terminal: BDK id, derivation id. */
export interface TerminalCounter extends ReplayCounter {
  readonly terminalId: string;
}

export interface TerminalKsnUse extends KsnUse {
  readonly terminalId: string;
}

/** `foreign`: the initial key was never issued to this terminal. */
export type KsnVerdict = 'passed' | 'replayed' | 'foreign';

export const openCounter = (initialKeyId: string, terminalId: string): TerminalCounter => ({
  initialKeyId,
  terminalId,
  counter: 0,
  recent: [],
});

export function useKsn(
  known: TerminalCounter | undefined,
  use: TerminalKsnUse,
): { readonly verdict: KsnVerdict; readonly counter: TerminalCounter | undefined } {
  if (known?.terminalId !== use.terminalId) return { verdict: 'foreign', counter: known };
  return moveForward(known, use);
}
