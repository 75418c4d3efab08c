import { isTrack2 } from '../card-read.js';
import { bitRuns } from './f2f-clock.js';
import { alternatingPeaks, localRms, runningMean, withoutBaseline } from './f2f-peaks.js';
import { SwipeSegmenter } from './swipe-segmenter.js';
import { type BitsFailure, textOfBits } from './track2-bits.js';

/** Why there is no text. `no-swipe`: nothing that keeps a clock; `unsure`: the readings of one swipe did not agree. */
export type F2fFailure = BitsFailure | 'no-swipe' | 'too-fast' | 'track2-invalid' | 'unsure';

export type F2fResult = { readonly text: string; readonly reversed: boolean } | { readonly reason: F2fFailure };

/** Smoothing widths in samples and swings in local RMS: a slow noisy swipe wants wide ones, a fast one wants none. */
const WIDTHS = [1, 3, 5, 9, 17, 33, 65];
const SWINGS = [1.7, 1.2, 2.2];
/** Under three samples per half cell there are no peaks to find. */
const CELL_SAMPLES_MIN = 6;
const BITS_MIN = 24;
const FAILURES: readonly F2fFailure[] = [
  'no-swipe',
  'no-track2',
  'incomplete',
  'parity-bad',
  'lrc-bad',
  'track2-invalid',
  'unsure',
  'too-fast',
];

/**
 * Decodes track 2 from the sound of a read head (mono; DESIGN §6). Finds the swipe by itself. A text is given out only if
 * every character's parity, the LRC, the PAN's check digit and the form of track 2 hold, and two readings
 * at different smoothing give the same.
 */
export function decodeF2f(samples: Float32Array, sampleRate: number): F2fResult {
  const segmenter = new SwipeSegmenter(sampleRate);
  const events = [...segmenter.push(samples), ...segmenter.flush()];
  let result: F2fResult = { reason: 'no-swipe' };
  for (const event of events) {
    if (event.kind !== 'swipe') continue;
    const next = decodeSwipe(event.samples);
    if ('text' in next) return next;
    result = farther(result, next);
  }
  return result;
}

/** Decodes one swipe that has been cut out already. */
export function decodeSwipe(swipe: Float32Array): F2fResult {
  const level = withoutBaseline(swipe);
  let first: F2fResult | undefined;
  let failure: F2fResult = { reason: 'no-swipe' };
  for (const width of WIDTHS) {
    const read = readCurve(smooth(level, width));
    if (!('text' in read)) failure = farther(failure, read);
    else if (first === undefined) first = read;
    else return 'text' in first && first.text === read.text ? read : { reason: 'unsure' };
  }
  return first === undefined ? failure : { reason: 'unsure' };
}

/** Two running means make a bell like the pulse; what is smooth needs fewer samples. */
function smooth(level: Float32Array, width: number): Float32Array {
  const step = Math.max(1, width >> 3);
  return runningMean(runningMean(level, width, step), Math.ceil(width / step));
}

function readCurve(curve: Float32Array): F2fResult {
  const rms = localRms(curve);
  let failure: F2fResult = { reason: 'no-swipe' };
  for (const swing of SWINGS) {
    const peaks = alternatingPeaks(curve, rms, swing);
    for (const backwards of [false, true]) {
      const read = readPeaks(backwards ? backInTime(peaks) : peaks, backwards);
      if ('text' in read) return read;
      failure = farther(failure, read);
    }
  }
  return failure;
}

function readPeaks(peaks: Float64Array, backwards: boolean): F2fResult {
  let failure: F2fResult = { reason: 'no-swipe' };
  for (const { bits, cell } of bitRuns(peaks)) {
    if (bits.length < BITS_MIN) continue;
    if (cell < CELL_SAMPLES_MIN) failure = farther(failure, { reason: 'too-fast' });
    for (const reversed of [false, true]) {
      const read = textOfBits(reversed ? bits.toReversed() : bits);
      if (!('text' in read)) failure = farther(failure, read);
      else if (isTrack2(read.text)) return { text: read.text, reversed: reversed !== backwards };
      else failure = farther(failure, { reason: 'track2-invalid' });
    }
  }
  return failure;
}

function backInTime(peaks: Float64Array): Float64Array {
  const last = peaks.at(-1) ?? 0;
  return peaks.map((time) => last - time).reverse();
}

/** Of two failures the one that came farther, since it says more about the card. */
function farther<A extends F2fResult>(a: A, b: A): A {
  return rank(b) > rank(a) ? b : a;
}

function rank(result: F2fResult): number {
  return 'reason' in result ? FAILURES.indexOf(result.reason) : FAILURES.length;
}
