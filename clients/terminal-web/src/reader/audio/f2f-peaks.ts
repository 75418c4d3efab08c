/**
 * Flux reversals as times. A read head gives one pulse per reversal, of alternating sign, so the extremes of a curve
 * that swings back by enough are the reversals; zero crossings would be faked by noise.
 */
const WINDOWS_PER_SWIPE = 40;
const WINDOW_SAMPLES_MIN = 32;

/** Removes DC and slow wander (mains hum, a charging coupling capacitor) by a running mean of about six bit cells. */
export function withoutBaseline(samples: Float32Array): Float32Array {
  const mean = runningMean(samples, windowOf(samples.length));
  return samples.map((sample, index) => sample - (mean[index] ?? 0));
}

/** Mean over `width` samples around every `step`-th sample; shorter at the ends. */
export function runningMean(samples: Float32Array, width: number, step = 1): Float32Array {
  if (width <= 1 && step === 1) return samples;
  const sums = new Float64Array(samples.length + 1);
  for (let index = 0; index < samples.length; index++) sums[index + 1] = sums[index]! + samples[index]!;
  const before = width >> 1;
  const after = width - before;
  const means = new Float32Array(Math.ceil(samples.length / step));
  for (let index = 0; index < means.length; index++) {
    const middle = index * step;
    const from = middle < before ? 0 : middle - before;
    const to = middle + after > samples.length ? samples.length : middle + after;
    means[index] = (sums[to]! - sums[from]!) / (to - from);
  }
  return means;
}

/**
 * Times (in samples, with a fraction) of peaks of alternating sign. A peak counts once the curve has swung back by
 * `swing` times the local RMS: adaptive, because a hand's speed changes the amplitude within one swipe.
 */
export function alternatingPeaks(curve: Float32Array, rms: Float32Array, swing: number): Float64Array {
  const times: number[] = [];
  let sign = 0;
  let best = 0;
  let lowest = 0;
  for (let index = 1; index < curve.length; index++) {
    const value = curve[index]!;
    const threshold = rms[index]! * swing;
    if (sign === 0) {
      if (value < curve[lowest]!) lowest = index;
      if (value > curve[best]!) best = index;
      if (value - curve[lowest]! > threshold) [sign, best] = [1, index];
      else if (curve[best]! - value > threshold) [sign, best] = [-1, index];
      continue;
    }
    if (sign * (value - curve[best]!) > 0) best = index;
    else if (sign * (curve[best]! - value) > threshold) {
      times.push(summit(curve, best));
      [sign, best] = [-sign, index];
    }
  }
  return Float64Array.from(times);
}

/** RMS around each sample, never under a tenth of the whole swipe's, so that silence has no peaks. */
export function localRms(curve: Float32Array): Float32Array {
  const power = runningMean(
    curve.map((value) => value * value),
    windowOf(curve.length),
  );
  const whole = power.reduce((sum, value) => sum + value, 0) / Math.max(1, power.length);
  const least = whole / 100;
  const { sqrt } = Math;
  return power.map((value) => sqrt(value > least ? value : least));
}

/** The middle of a clipped top, or the vertex of the parabola through three samples (a fast swipe has few per cell). */
function summit(curve: Float32Array, at: number): number {
  const top = curve[at]!;
  let last = at;
  while (curve[last + 1] === top) last++;
  if (last > at) return (at + last) / 2;
  const left = curve[at - 1] ?? top;
  const right = curve[at + 1] ?? top;
  const bend = left - 2 * top + right;
  return bend === 0 ? at : at + (left - right) / (2 * bend);
}

function windowOf(length: number): number {
  return Math.max(WINDOW_SAMPLES_MIN, Math.round(length / WINDOWS_PER_SWIPE));
}
