import type { Bytes } from '@openswipe/card';

/** The one report of a SureSwipe reader, for tests, at the offsets that MagTek 99875191 gives. */
export function sureSwipe(track2: string, { status = [0, 0, 0], lengths = [0, track2.length, 0] } = {}): Bytes {
  const report = new Uint8Array(337).fill(0x55);
  report.set([...status, ...lengths, 0]);
  report.set(new TextEncoder().encode(track2), 117);
  return report;
}
