/**
 * F2F (Aiken) bits from the times of flux reversals: every cell ends in a reversal and a one has another in its middle.
 * The cell length follows the hand: it is measured again after each bit.
 */
const LOCK_INTERVALS = 6;
const LOCK_TOLERANCE = 0.22;
/** A cell that differs more than this from the one before is lost sync: better no bit than a guessed one. */
const CELL_TOLERANCE = 0.33;
const FOLLOW = 0.3;

export interface BitRun {
  readonly bits: readonly number[];
  /** Mean cell length in samples. */
  readonly cell: number;
}

/** Every stretch of peaks that keeps a clock, in time order; each starts in equal intervals (the leading zeros). */
export function bitRuns(peaks: Float64Array): BitRun[] {
  const runs: BitRun[] = [];
  let at = 0;
  while ((at = lockFrom(peaks, at)) >= 0) {
    const run = follow(peaks, at);
    if (run.bits.length > 0) runs.push({ bits: run.bits, cell: run.cell });
    at = Math.max(run.end, at + 1);
  }
  return runs;
}

function lockFrom(peaks: Float64Array, start: number): number {
  for (let at = start; at + LOCK_INTERVALS < peaks.length; at++) {
    const mean = (peaks[at + LOCK_INTERVALS]! - peaks[at]!) / LOCK_INTERVALS;
    let steady = true;
    for (let next = at; next < at + LOCK_INTERVALS && steady; next++) {
      steady = Math.abs(peaks[next + 1]! - peaks[next]! - mean) <= mean * LOCK_TOLERANCE;
    }
    if (steady) return at;
  }
  return -1;
}

function follow(peaks: Float64Array, start: number): BitRun & { end: number } {
  const bits: number[] = [];
  let cell = (peaks[start + LOCK_INTERVALS]! - peaks[start]!) / LOCK_INTERVALS;
  let at = start;
  for (;;) {
    const zero = (peaks[at + 1] ?? Infinity) - peaks[at]!;
    const one = (peaks[at + 2] ?? Infinity) - peaks[at]!;
    const isOne = Math.abs(one - cell) < Math.abs(zero - cell);
    const measured = isOne ? one : zero;
    if (!(Math.abs(measured - cell) <= cell * CELL_TOLERANCE)) break;
    bits.push(isOne ? 1 : 0);
    cell += (measured - cell) * FOLLOW;
    at += isOne ? 2 : 1;
  }
  return { bits, cell: (peaks[at]! - peaks[start]!) / Math.max(1, bits.length), end: at };
}
