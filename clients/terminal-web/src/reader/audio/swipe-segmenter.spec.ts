import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../random.js';
import { decodeSwipe } from './f2f-decoder.js';
import { synthesizeSwipe } from './f2f-synthesizer.js';
import { randomTrack2 } from './swipe-corpus.js';
import { type SegmentEvent, SwipeSegmenter } from './swipe-segmenter.js';

const TRACK2 = randomTrack2(seededRandom(6));

/** As an AudioWorklet gets them. */
function inBlocks(segmenter: SwipeSegmenter, samples: Float32Array): SegmentEvent[] {
  const events: SegmentEvent[] = [];
  for (let from = 0; from < samples.length; from += 128) {
    events.push(...segmenter.push(samples.subarray(from, from + 128)));
  }
  return events;
}

describe('SwipeSegmenter', () => {
  it.each([3, 20, 60])('cuts a whole swipe at %i inch/s out of the stream', (speed) => {
    for (const noise of [0.02, 0.3]) {
      const sound = synthesizeSwipe({ track2: TRACK2, speed, noise, leadMs: 400, tailMs: 400 });
      const events = inBlocks(new SwipeSegmenter(48_000), sound);
      expect(events.map(({ kind }) => kind)).toEqual(['started', 'swipe']);
      expect(events[1]?.kind === 'swipe' && decodeSwipe(events[1].samples)).toEqual({ text: TRACK2, reversed: false });
    }
  });

  it('cuts one swipe after the other', () => {
    const segmenter = new SwipeSegmenter(44_100);
    const sound = synthesizeSwipe({ track2: TRACK2, sampleRate: 44_100, leadMs: 200, tailMs: 200 });
    const kinds = [...inBlocks(segmenter, sound), ...inBlocks(segmenter, sound)].map(({ kind }) => kind);
    expect(kinds).toEqual(['started', 'swipe', 'started', 'swipe']);
  });

  it('dismisses a click', () => {
    const sound = new Float32Array(48_000);
    sound.fill(0.5, 24_100, 24_300);
    const kinds = inBlocks(new SwipeSegmenter(48_000), sound).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'swipe')).toEqual([]);
  });

  it('does not wait forever for a noise to end', () => {
    const random = seededRandom(8);
    const sound = new Float32Array(48_000 * 6).map((_, index) => (index < 48_000 ? 0 : random() - 0.5));
    const events = inBlocks(new SwipeSegmenter(48_000), sound);
    expect(events.map(({ kind }) => kind)).toEqual(['started', 'swipe']);
  });
});
