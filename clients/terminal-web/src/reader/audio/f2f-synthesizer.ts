import { seededRandom } from '../random.js';
import { track2Bits, TRACK2_BITS_PER_INCH } from './track2-bits.js';

export interface Dropout {
  /** Where the stripe is damaged, as fractions of its length. */
  readonly from: number;
  readonly to: number;
}

/** The physics of one swipe. Only `track2` is needed; all else has the values of a calm hand and a clean stripe. */
export interface SwipePhysics {
  /** Track 2 with or without sentinels. */
  readonly track2: string;
  /** Hz. */
  readonly sampleRate?: number;
  /** Inches per second; readers are asked to take 3 to 60. */
  readonly speed?: number;
  /** Speed at the end over speed at the beginning, e.g. 1.5 for a hand that accelerates. */
  readonly drift?: number;
  /** Displacement of each flux reversal, at most this fraction of a cell. */
  readonly jitter?: number;
  /** Amplitude of white noise as a fraction of the pulse peak: 0.5 is noise of ±50 %. */
  readonly noise?: number;
  readonly dropouts?: readonly Dropout[];
  /** Writes the stripe with its LRC's data bits upside down. */
  readonly flipLrc?: boolean;
  readonly reversed?: boolean;
  /** Level of a limiting input stage as a fraction of the pulse peak; 1 or more does nothing. */
  readonly clip?: number;
  /** Part of the stripe that passes the head before the card is pulled away. */
  readonly stopAt?: number;
  readonly seed?: number;
  /** Peak in full scale. */
  readonly amplitude?: number;
  readonly leadMs?: number;
  readonly tailMs?: number;
}

/** Clocking zeros before and after the data on a card (ISO/IEC 7811-6 leaves about this room). */
const LEADING_ZEROS = 30;
const TRAILING_ZEROS = 40;
/** Half width of a head's pulse in cells of track 2. */
const PULSE_CELLS = 0.13;
const PULSE_REACH = 5;

interface Reversal {
  /** Cells from the edge that meets the head first. */
  readonly at: number;
  readonly sign: number;
}

/** The waveform that a raw read head would give for this swipe: mono, -1 … 1, silence (with noise) around it. */
export function synthesizeSwipe(physics: SwipePhysics): Float32Array<ArrayBuffer> {
  const { sampleRate = 48_000, speed = 20, drift = 1, noise = 0, clip = Infinity, amplitude = 0.5 } = physics;
  const random = seededRandom(physics.seed ?? 1);
  const bits = stripeBits(physics);
  const stopCells = bits.length * (physics.stopAt ?? 1);
  const reversals = reversalsOf(bits, physics.jitter ?? 0, random).filter(({ at }) => at <= stopCells);
  const lead = ((physics.leadMs ?? 150) / 1000) * sampleRate;
  const tail = ((physics.tailMs ?? 150) / 1000) * sampleRate;
  const speedAt = (cell: number): number => (speed * 2 * (1 + (drift - 1) * (cell / bits.length))) / (1 + drift);
  const samplesPerCell = (cell: number): number => sampleRate / (TRACK2_BITS_PER_INCH * speedAt(cell));

  let now = lead;
  let cell = 0;
  const times = reversals.map(({ at }) => {
    now += (at - cell) * samplesPerCell((at + cell) / 2);
    cell = at;
    return now;
  });
  const samples = new Float32Array(Math.ceil(now + (stopCells - cell) * samplesPerCell(cell) + tail));
  reversals.forEach(({ at, sign }, index) => {
    if (isDamaged(physics, at / bits.length)) return;
    const peak = (sign * amplitude * speedAt(at)) / speed;
    addPulse(samples, times[index]!, PULSE_CELLS * samplesPerCell(at), peak);
  });
  const limit = Math.min(1, clip * amplitude);
  return samples.map((sample) => {
    const noisy = sample + (random() * 2 - 1) * noise * amplitude;
    return noisy > limit ? limit : noisy < -limit ? -limit : noisy;
  });
}

function stripeBits({ track2, reversed, flipLrc }: SwipePhysics): number[] {
  const text = track2.startsWith(';') ? track2 : `;${track2}?`;
  const bits = [
    ...new Array<number>(LEADING_ZEROS).fill(0),
    ...track2Bits(text, flipLrc === true ? 0xf : 0),
    ...new Array<number>(TRAILING_ZEROS).fill(0),
  ];
  return reversed === true ? bits.reverse() : bits;
}

function reversalsOf(bits: readonly number[], jitter: number, random: () => number): Reversal[] {
  const places = bits.flatMap((bit, cell) => (bit === 1 ? [cell, cell + 0.5] : [cell]));
  return [...places, bits.length].map((at, index) => ({
    at: at + (random() * 2 - 1) * jitter,
    sign: index % 2 === 0 ? 1 : -1,
  }));
}

/** Damage belongs to the stripe, so its place does not depend on the direction of the swipe. */
function isDamaged({ dropouts = [], reversed }: SwipePhysics, fraction: number): boolean {
  const place = reversed === true ? 1 - fraction : fraction;
  return dropouts.some(({ from, to }) => place >= from && place < to);
}

/** Bell with a flat foot, between the Gaussian and the Lorentzian that heads are modelled by. */
function addPulse(samples: Float32Array, centre: number, halfWidth: number, peak: number): void {
  const reach = halfWidth * PULSE_REACH;
  const end = Math.min(samples.length - 1, Math.floor(centre + reach));
  for (let index = Math.max(0, Math.ceil(centre - reach)); index <= end; index++) {
    const distance = (index - centre) / halfWidth;
    samples[index]! += peak / (1 + 0.414 * distance * distance) ** 2;
  }
}
