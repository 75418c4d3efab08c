import { decodeF2f } from '../audio/f2f-decoder.js';
import { synthesizeSwipe, type SwipePhysics } from '../audio/f2f-synthesizer.js';
import { corpus } from '../audio/swipe-corpus.js';
import { Draw, panOf } from './draw.js';
import type { Trial } from './tally.js';

const DRIVER = 'audio jack';
const SAMPLE_RATE = 48_000;

/** The corpus by groups, then waveforms of which none holds a whole and right stripe. */
export function* audioJackTrials(swipes: number, each: number, seed: number): Generator<Trial> {
  for (const { group, text, physics, waveform } of corpus(swipes, seed)) {
    yield heard(group, panOf(text), waveform(), physics.sampleRate);
  }
  const draw = new Draw(seed);
  for (let index = 0; index < each; index++) {
    const swipe = (track2: string, physics: Partial<SwipePhysics>): Float32Array =>
      synthesizeSwipe({ track2, speed: draw.whole(5, 50), noise: 0.02, seed: draw.whole(0, 2 ** 31), ...physics });
    const noise = Float32Array.from({ length: SAMPLE_RATE }, () => draw.random() * 2 - 1);
    yield heard('noise alone', undefined, noise);
    // The shortest stripe ends at 0.8 of the way; the rest is clocking bits.
    yield heard('truncated', undefined, swipe(draw.track2(), { stopAt: 0.1 + 0.65 * draw.random() }));
    yield heard('LRC flipped', undefined, swipe(draw.track2(), { flipLrc: true }));
    yield heard('digit changed', undefined, swipe(draw.track2Changed(), {}));
  }
}

function heard(group: string, put: string | undefined, samples: Float32Array, rate = SAMPLE_RATE): Trial {
  const result = decodeF2f(samples, rate);
  return { driver: DRIVER, group, put, reported: 'text' in result ? [panOf(result.text)] : [] };
}
