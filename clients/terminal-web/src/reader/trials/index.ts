import { audioJackTrials } from './audio-jack-trials.js';
import { chipTrials } from './chip-trials.js';
import { hidTrials } from './hid-trials.js';
import { keyboardTrials } from './keyboard-trials.js';
import { simulatedTrials } from './simulated-trials.js';
import type { Trial } from './tally.js';

export { type Row, tableOf, Tally, type Trial } from './tally.js';

export interface TrialCounts {
  /** Swipes of the audio corpus. */
  readonly swipes: number;
  /** Inputs of every other group. */
  readonly each: number;
  readonly seed: number;
}

/** Every driver on inputs made by the published layouts: no recording of a reader, no hardware. */
export async function* trials({ swipes, each, seed }: TrialCounts): AsyncGenerator<Trial> {
  yield* audioJackTrials(swipes, each, seed);
  yield* keyboardTrials(each, seed);
  yield* simulatedTrials(Math.ceil(each / 10), seed);
  yield* hidTrials(each, seed);
  yield* chipTrials(each, seed);
}
