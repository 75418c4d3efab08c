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
interface Failure {
  readonly reason: F2fFailure;
  readonly characters: number;
  /** Of the longest stretch that kept a clock; `cell` in samples of the swipe. */
  readonly bits: number;
  readonly cell: number;
}

type Reading = { readonly text: string; readonly reversed: boolean } | Failure;

const NOTHING: Failure = { reason: 'no-swipe', characters: -1, bits: 0, cell: Infinity };

/**
 * Decodes track 2 from the sound of a read head (mono; DESIGN §6). Finds the swipe by itself. A text is given out only
 * if every character's parity, the LRC, the PAN's check digit and the form of track 2 hold, and two readings at
 * different smoothing give the same: a swipe that must be repeated is cheap, a wrong PAN is not.
 */
export function decodeF2f(samples: Float32Array, sampleRate: number): F2fResult {
  const segmenter = new SwipeSegmenter(sampleRate);
  const events = [...segmenter.push(samples), ...segmenter.flush()];
  let result: F2fResult = { reason: 'no-swipe' };
  for (const event of events) {
    if (event.kind !== 'swipe') continue;
    const next = decodeSwipe(event.samples);
    if ('text' in next) return next;
    if (next.reason !== 'no-swipe') result = next;
  }
  return result;
}

/** Decodes one swipe that has been cut out already. */
export function decodeSwipe(swipe: Float32Array): F2fResult {
  const level = withoutBaseline(swipe);
  let first: Reading | undefined;
  let failure = NOTHING;
  for (const width of WIDTHS) {
    const step = Math.max(1, width >> 3);
    // Two running means make a bell like the pulse; what is smooth needs fewer samples.
    const curve = runningMean(runningMean(level, width, step), Math.ceil(width / step));
    const read = readCurve(curve, step);
    if (!('text' in read)) failure = worse(failure, read);
    else if (first === undefined) first = read;
    else return 'text' in first && first.text === read.text ? read : { reason: 'unsure' };
  }
  if (failure.cell < CELL_SAMPLES_MIN) return { reason: 'too-fast' };
  return { reason: first === undefined ? failure.reason : 'unsure' };
}

function readCurve(curve: Float32Array, step: number): Reading {
  const rms = localRms(curve);
  let failure = NOTHING;
  for (const swing of SWINGS) {
    const peaks = alternatingPeaks(curve, rms, swing).map((time) => time * step);
    for (const backwards of [false, true]) {
      const read = readPeaks(backwards ? backInTime(peaks) : peaks, backwards);
      if ('text' in read) return read;
      failure = worse(failure, read);
    }
  }
  return failure;
}

function readPeaks(peaks: Float64Array, backwards: boolean): Reading {
  let failure = NOTHING;
  for (const { bits, cell } of bitRuns(peaks)) {
    if (bits.length < BITS_MIN) continue;
    for (const reversed of [false, true]) {
      const read = textOfBits(reversed ? bits.toReversed() : bits);
      if ('text' in read && isTrack2(read.text)) return { text: read.text, reversed: reversed !== backwards };
      const refusal = 'text' in read ? ({ reason: 'track2-invalid', characters: read.text.length } as const) : read;
      failure = worse(failure, { ...refusal, bits: bits.length, cell });
    }
  }
  return failure;
}

function backInTime(peaks: Float64Array): Float64Array {
  const last = peaks.at(-1) ?? 0;
  return peaks.map((time) => last - time).reverse();
}

/** The reason of what came farther into the stripe, with the clock of the longer stretch. */
function worse(a: Failure, b: Failure): Failure {
  const { reason, characters } = b.characters > a.characters ? b : a;
  const { bits, cell } = b.bits > a.bits ? b : a;
  return { reason, characters, bits, cell };
}
