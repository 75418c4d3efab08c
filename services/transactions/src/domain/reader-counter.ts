import { moveForward, type KsnOutcome, type KsnUse, type ReplayCounter } from './replay-counter.js';

/** The replay counter of a reader with keys of its own. Readers are not issued here: one counts from its first card. */
export type ReaderCounter = ReplayCounter;

export const firstSeenReader = (initialKeyId: string): ReaderCounter => ({ initialKeyId, counter: 0, recent: [] });

/** The reader may move from terminal to terminal; its counter goes with it. */
export const useReaderKsn = (known: ReaderCounter | undefined, use: KsnUse): KsnOutcome<ReaderCounter> =>
  moveForward(known ?? firstSeenReader(use.initialKeyId), use);
