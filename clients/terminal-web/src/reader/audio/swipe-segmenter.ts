/** Level is judged once per frame; a frame holds at least one pulse at 3 inch/s (a cell of 4.4 ms). */
const FRAME_MS = 5;
const LEARN_FRAMES = 6;
const START_FRAMES = 2;
const QUIET_FRAMES = 12;
/** Kept from before the swipe was noticed: its first pulses are the clock. */
const BEFORE_FRAMES = 12;
/** A card at 150 inch/s; anything shorter is a click. */
const SHORTEST_FRAMES = 3;
/** A card's length at 2 inch/s; anything longer is no swipe. */
const LONGEST_FRAMES = 400;
const START_RATIO = 1.7;
const END_RATIO = 1.45;
const LEVEL_MIN = 0.004;
const FLOOR_FALL = 0.3;
const FLOOR_RISE = 0.05;

export type SegmentEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'dismissed' }
  | { readonly kind: 'swipe'; readonly samples: Float32Array<ArrayBuffer> };

/**
 * Cuts swipes out of an endless stream: level against a running baseline. Holds at most two seconds of sound and gives
 * out nothing but swipes. Runs inside the AudioWorklet and, over a whole recording, in the decoder.
 */
export class SwipeSegmenter {
  readonly #frameLength: number;
  #frame: Float32Array<ArrayBuffer>;
  #filled = 0;
  #frames: Float32Array<ArrayBuffer>[] = [];
  #seen = 0;
  #loud = 0;
  #quiet = 0;
  #swiping = false;
  #floor = 0;

  constructor(sampleRate: number) {
    this.#frameLength = Math.round((sampleRate * FRAME_MS) / 1000);
    this.#frame = new Float32Array(this.#frameLength);
  }

  push(samples: Float32Array): SegmentEvent[] {
    const events: SegmentEvent[] = [];
    for (let from = 0; from < samples.length;) {
      const count = Math.min(samples.length - from, this.#frameLength - this.#filled);
      this.#frame.set(samples.subarray(from, from + count), this.#filled);
      this.#filled += count;
      from += count;
      if (this.#filled === this.#frameLength) events.push(...this.#takeFrame());
    }
    return events;
  }

  /** End of the stream: what is under way is a swipe as far as it came. */
  flush(): SegmentEvent[] {
    return this.#swiping ? this.#finish() : [];
  }

  #takeFrame(): SegmentEvent[] {
    const frame = this.#frame;
    this.#frame = new Float32Array(this.#frameLength);
    this.#filled = 0;
    this.#frames.push(frame);
    const level = levelOf(frame);
    return this.#swiping ? this.#whileSwiping(level) : this.#whileWaiting(level);
  }

  #whileWaiting(level: number): SegmentEvent[] {
    if (this.#frames.length > BEFORE_FRAMES) this.#frames.shift();
    this.#seen++;
    if (this.#seen <= LEARN_FRAMES) {
      this.#floor += (level - this.#floor) / this.#seen;
      return [];
    }
    if (level <= this.#floor * START_RATIO + LEVEL_MIN) {
      this.#loud = 0;
      this.#floor += (level - this.#floor) * (level < this.#floor ? FLOOR_FALL : FLOOR_RISE);
      return [];
    }
    if (++this.#loud < START_FRAMES) return [];
    this.#swiping = true;
    this.#quiet = 0;
    return [{ kind: 'started' }];
  }

  #whileSwiping(level: number): SegmentEvent[] {
    this.#quiet = level <= this.#floor * END_RATIO + LEVEL_MIN ? this.#quiet + 1 : 0;
    const isTooLong = this.#frames.length >= LONGEST_FRAMES;
    if (isTooLong) this.#floor = level;
    return this.#quiet >= QUIET_FRAMES || isTooLong ? this.#finish() : [];
  }

  #finish(): SegmentEvent[] {
    const frames = this.#frames;
    const isClick = frames.length - BEFORE_FRAMES - this.#quiet < SHORTEST_FRAMES;
    this.#frames = frames.slice(-BEFORE_FRAMES);
    this.#swiping = false;
    this.#loud = 0;
    if (isClick) return [{ kind: 'dismissed' }];
    const samples = new Float32Array(frames.length * this.#frameLength);
    frames.forEach((frame, index) => samples.set(frame, index * this.#frameLength));
    return [{ kind: 'swipe', samples }];
  }
}

/** Half of the frame's span: the level without its DC offset. */
function levelOf(frame: Float32Array): number {
  let low = Infinity;
  let high = -Infinity;
  for (const sample of frame) {
    if (sample < low) low = sample;
    if (sample > high) high = sample;
  }
  return (high - low) / 2;
}
