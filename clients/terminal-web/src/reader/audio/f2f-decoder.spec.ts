import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../random.js';
import { decodeF2f } from './f2f-decoder.js';
import { synthesizeSwipe } from './f2f-synthesizer.js';
import { corpus, randomTrack2 } from './swipe-corpus.js';

/** `SWIPES=2000 SEED=…` runs another corpus; all of it is synthetic, no recorded reader. */
const COUNT = Number(process.env['SWIPES'] ?? 400);
const SEED = Number(process.env['SEED'] ?? 20_120_750);

interface Rate {
  swipes: number;
  right: number;
  wrong: number;
}

const TRACK2 = randomTrack2(seededRandom(5));

describe('decodeF2f', () => {
  it(`accepts no wrong text in ${COUNT} generated swipes and decodes all whole stripes (seed ${SEED})`, () => {
    const rates = new Map<string, Rate>();
    for (const swipe of corpus(COUNT, SEED)) {
      const rate = rates.get(swipe.group) ?? { swipes: 0, right: 0, wrong: 0 };
      rates.set(swipe.group, rate);
      const result = decodeF2f(swipe.waveform(), swipe.physics.sampleRate);
      rate.swipes++;
      if ('reason' in result) continue;
      const isRight = result.text === swipe.text && result.reversed === (swipe.physics.reversed ?? false);
      rate[isRight ? 'right' : 'wrong']++;
    }
    const rows = [...rates].map(([group, { swipes, right, wrong }]) => {
      const percent = ((100 * right) / swipes).toFixed(1);
      return `${group.padEnd(16)} ${right}/${swipes} decoded (${percent} %), ${wrong} wrong`;
    });
    process.stdout.write(`${rows.join('\n')}\n`);
    for (const [group, { swipes, right, wrong }] of rates) {
      expect({ group, wrong }).toEqual({ group, wrong: 0 });
      if (group !== 'dropouts') expect(right / swipes).toBeGreaterThanOrEqual(group === 'noise 50 %' ? 0.95 : 1);
    }
  });

  it('says too fast when a half cell has fewer than three samples', () => {
    const samples = synthesizeSwipe({ track2: TRACK2, speed: 170, sampleRate: 48_000, noise: 0.02 });
    expect(decodeF2f(samples, 48_000)).toEqual({ reason: 'too-fast' });
  });

  it('finds no swipe in silence, in noise and in a knock', () => {
    const random = seededRandom(3);
    const noise = new Float32Array(48_000).map(() => random() - 0.5);
    const knock = new Float32Array(48_000);
    for (let index = 0; index < 2_000; index++) {
      knock[20_000 + index] = Math.exp(-index / 400) * Math.sin(index / 30);
    }
    for (const samples of [new Float32Array(48_000), noise, knock]) {
      expect(decodeF2f(samples, 48_000)).toEqual({ reason: 'no-swipe' });
    }
  });

  it('refuses a stripe whose LRC does not match', () => {
    const samples = synthesizeSwipe({ track2: TRACK2, flipLrc: true });
    expect(decodeF2f(samples, 48_000)).toEqual({ reason: 'lrc-bad' });
  });

  it('refuses a stripe whose PAN has a wrong check digit', () => {
    const [pan = '', rest = ''] = TRACK2.slice(1, -1).split('=');
    const wrong = `${pan.slice(0, -1)}${(Number(pan.at(-1)) + 1) % 10}=${rest}`;
    expect(decodeF2f(synthesizeSwipe({ track2: wrong }), 48_000)).toEqual({ reason: 'track2-invalid' });
  });

  it('refuses a card that was pulled away before the end', () => {
    const result = decodeF2f(synthesizeSwipe({ track2: TRACK2, stopAt: 0.6 }), 48_000);
    expect(result).toEqual({ reason: 'incomplete' });
  });

  it('reads through hum and a DC offset', () => {
    const samples = synthesizeSwipe({ track2: TRACK2, noise: 0.1 }).map(
      (sample, index) => sample + 0.2 + 0.2 * Math.sin((2 * Math.PI * 50 * index) / 48_000),
    );
    expect(decodeF2f(samples, 48_000)).toEqual({ text: TRACK2, reversed: false });
  });
});
