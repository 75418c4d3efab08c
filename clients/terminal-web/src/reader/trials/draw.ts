import type { Bytes } from '@openswipe/card';
import { randomTrack2 } from '../audio/swipe-corpus.js';
import { seededRandom } from '../random.js';

/** Everything that a trial draws by lot; the same seed draws the same. */
export class Draw {
  readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** A whole number from `low` up to but not including `high`. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low));
  }

  bytes(length: number): Bytes {
    return Uint8Array.from({ length }, () => this.whole(0, 256));
  }

  track2(): string {
    return randomTrack2(this.random);
  }

  /** With one digit of the PAN replaced by another: the check digit no longer fits. */
  track2Changed(): string {
    const track2 = this.track2();
    const at = this.whole(1, 1 + panOf(track2).length);
    const digit = (Number(track2[at]) + this.whole(1, 10)) % 10;
    return `${track2.slice(0, at)}${digit}${track2.slice(at + 1)}`;
  }

  /** With one bit turned over from byte `from` up to but not including `to`. */
  flipped(given: Bytes, from: number, to: number): Bytes {
    const at = this.whole(from, to);
    const bit = 1 << this.whole(0, 8);
    return Uint8Array.from(given, (byte, index) => (index === at ? byte ^ bit : byte));
  }
}

/** The digits between start sentinel and separator. */
export const panOf = (track2: string): string => /^;?(\d+)/.exec(track2)?.[1] ?? '';
