import { describe, expect, it } from '@jest/globals';
import { sureSwipe } from './fake-sureswipe.js';
import { parseSureSwipe } from './magtek-sureswipe-report.js';

const TRACK2 = ';6225880000000001=3112120?';

const outcome = (report: Uint8Array<ArrayBuffer>): string => {
  const swipe = parseSureSwipe(report);
  return swipe.outcome === 'clear' ? swipe.track2.reveal('compare') : JSON.stringify(swipe);
};

describe('parseSureSwipe', () => {
  it('reads track 2 by the published layout, whatever stands behind it', () => {
    expect(outcome(sureSwipe(TRACK2))).toBe(TRACK2);
    expect(outcome(sureSwipe(TRACK2, { status: [1, 0, 1] }))).toBe(TRACK2);
  });

  it('tells an unreadable track from an empty one by the published layout', () => {
    expect(outcome(sureSwipe(TRACK2, { status: [0, 1, 0] }))).toContain('READER.TRACK2_UNREADABLE');
    expect(outcome(sureSwipe(TRACK2, { lengths: [70, 0, 0] }))).toContain('READER.NO_TRACK2');
  });

  it.each([
    ['truncated', sureSwipe(TRACK2).slice(0, 336)],
    ['too long', Uint8Array.from([...sureSwipe(TRACK2), 0])],
    ['longer than its field', sureSwipe(TRACK2, { lengths: [0, 111, 0] })],
    ['no text', sureSwipe(';62258800\n0000001=3112120?')],
  ])('refuses a report that is %s', (_what, report) => {
    expect(() => parseSureSwipe(report)).toThrow(expect.objectContaining({ code: 'READER.REPORT_INVALID' }));
  });

  it('shows no digit of the card when it is printed', () => {
    expect(JSON.stringify(parseSureSwipe(sureSwipe(TRACK2)))).not.toContain('6225');
  });
});
