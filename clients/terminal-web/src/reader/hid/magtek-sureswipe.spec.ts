import { describe, expect, it } from '@jest/globals';
import { parseSureSwipe } from './magtek-sureswipe-report.js';

const TRACK2 = ';6225880000000001=3112120?';

/** Offsets as MagTek 99875191 gives them. */
function aReport({ status = [0, 0, 0], lengths = [0, TRACK2.length, 0], track2 = TRACK2 } = {}) {
  const report = new Uint8Array(337).fill(0x55);
  report.set([...status, ...lengths, 0]);
  report.set(new TextEncoder().encode(track2), 117);
  return report;
}

const outcome = (report: Uint8Array<ArrayBuffer>): string => {
  const swipe = parseSureSwipe(report);
  return swipe.outcome === 'clear' ? swipe.track2.reveal('compare') : JSON.stringify(swipe);
};

describe('parseSureSwipe', () => {
  it('reads track 2 by the published layout, whatever stands behind it', () => {
    expect(outcome(aReport())).toBe(TRACK2);
    expect(outcome(aReport({ status: [1, 0, 1] }))).toBe(TRACK2);
  });

  it('tells an unreadable track from an empty one by the published layout', () => {
    expect(outcome(aReport({ status: [0, 1, 0] }))).toContain('READER.TRACK2_UNREADABLE');
    expect(outcome(aReport({ lengths: [70, 0, 0] }))).toContain('READER.NO_TRACK2');
  });

  it.each([
    ['truncated', aReport().slice(0, 336)],
    ['too long', Uint8Array.from([...aReport(), 0])],
    ['longer than its field', aReport({ lengths: [0, 111, 0] })],
    ['no text', aReport({ track2: ';62258800\n0000001=3112120?' })],
  ])('refuses a report that is %s', (_what, report) => {
    expect(() => parseSureSwipe(report)).toThrow(expect.objectContaining({ code: 'READER.REPORT_INVALID' }));
  });

  it('shows no digit of the card when it is printed', () => {
    expect(JSON.stringify(parseSureSwipe(aReport()))).not.toContain('6225');
  });
});
