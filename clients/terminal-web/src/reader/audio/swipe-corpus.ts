import { seededRandom } from '../random.js';
import { type SwipePhysics, synthesizeSwipe } from './f2f-synthesizer.js';

/** One generated swipe: what is on the card and how it is swiped. `waveform()` makes the sound when it is wanted. */
export interface CorpusSwipe {
  readonly group: string;
  readonly text: string;
  readonly physics: SwipePhysics & { readonly sampleRate: number };
  waveform(): Float32Array<ArrayBuffer>;
}

type Draw = (low: number, high: number) => number;

/** What each group adds to a random card at 3 to 60 inch/s. */
const GROUPS: Readonly<Record<string, (draw: Draw) => Partial<SwipePhysics>>> = {
  'clean 44.1 kHz': () => ({ sampleRate: 44_100 }),
  'clean 48 kHz': () => ({ sampleRate: 48_000 }),
  'clean 96 kHz': () => ({ sampleRate: 96_000 }),
  drift: (draw) => ({ drift: draw(0.33, 3), jitter: 0.02, noise: 0.02 }),
  jitter: (draw) => ({ jitter: draw(0.02, 0.06), noise: 0.02 }),
  'noise 20 %': () => ({ noise: 0.2 }),
  'noise 50 %': () => ({ noise: 0.5, drift: 1.2 }),
  reversed: (draw) => ({ reversed: true, noise: 0.05, drift: draw(0.6, 1.6) }),
  clipped: (draw) => ({ clip: draw(0.3, 0.9), noise: 0.03 }),
  dropouts: (draw) => {
    const from = draw(0.02, 0.9);
    return { dropouts: [{ from, to: from + draw(0.004, 0.06) }], noise: draw(0, 0.2) };
  },
};

const RATES = [44_100, 48_000, 96_000];

/** `count` swipes spread evenly over the groups; the same seed gives the same swipes. */
export function* corpus(count: number, seed: number): Generator<CorpusSwipe> {
  const random = seededRandom(seed);
  const draw: Draw = (low, high) => low + (high - low) * random();
  const groups = Object.entries(GROUPS);
  for (let index = 0; index < count; index++) {
    const [group, add] = groups[index % groups.length]!;
    const text = randomTrack2(random);
    const sampleRate = RATES[Math.floor(random() * RATES.length)]!;
    const speed = 3 * 20 ** random();
    const physics = { track2: text, sampleRate, speed, seed: Math.floor(random() * 2 ** 32), ...add(draw) };
    yield { group, text, physics, waveform: () => synthesizeSwipe(physics) };
  }
}

/** A made-up track 2 with its sentinels: 16 to 19 digits with a right check digit, some expiry, discretionary data. */
export function randomTrack2(random: () => number): string {
  const digits = (count: number): string => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
  const account = withCheckDigit(`622588${digits(9 + Math.floor(random() * 4))}`);
  const month = String(1 + Math.floor(random() * 12)).padStart(2, '0');
  const room = 40 - 2 - 1 - account.length - 1 - 7;
  return `;${account}=${28 + Math.floor(random() * 8)}${month}220${digits(Math.floor(random() * (room + 1)))}?`;
}

/** Appends the check digit of ISO/IEC 7812-1 annex B (Luhn). */
export function withCheckDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
