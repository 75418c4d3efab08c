import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@openswipe/kernel';
import fc from 'fast-check';
import type { Bytes } from '@openswipe/card';
import { isTrack2 } from '../card-read.js';
import { cardData, framed } from './fake-idtech.js';
import { parseIdtechCardData, unframe } from './idtech-frame.js';
import { parseSecureHead } from './idtech-securehead-report.js';
import { publishedMap, reportMapOf } from './magnesafe-layout.js';
import { parseMagneSafe } from './magnesafe-report.js';
import { parseAnswer } from './magtek-commands.js';
import { parseSureSwipe } from './magtek-sureswipe-report.js';
import { parseMmsCard, parseStatusWordAnswer } from './mms-card.js';
import { parseMmsMessage } from './mms-message.js';
import { MmsAssembler } from './mms-packet.js';
import { parseNeo2Card } from './neo2-card.js';
import { Neo2Assembler, parseNeo2 } from './neo2-frame.js';
import type { SwipeReport } from './swipe-report.js';

const octets = (lengths: { minLength?: number; maxLength: number }): fc.Arbitrary<Bytes> =>
  fc.uint8Array(lengths).map((bytes) => Uint8Array.from(bytes));
const exactly = (length: number): fc.Arbitrary<Bytes> => octets({ minLength: length, maxLength: length });
const anything = octets({ maxLength: 950 });

/** What comes of garbage: nothing, a typed error, or a reading that the port throws out; never a card in clear. */
function holds(parse: (bytes: Bytes) => SwipeReport | undefined, bytes: Bytes): void {
  let swipe: SwipeReport | undefined;
  try {
    swipe = parse(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    expect((error as DomainError).code).toMatch(/^READER\.(?:REPORT_INVALID|REFUSED|KEYS_EXHAUSTED)$/);
    return;
  }
  if (swipe?.outcome === 'clear') expect(isTrack2(swipe.track2.reveal('compare'))).toBe(false);
  if (swipe?.outcome === 'protected') {
    expect(swipe.track.ksn).toMatch(/^(?:[0-9a-f]{20}|[0-9a-f]{24})$/);
    expect(swipe.track.ciphertext.reveal('measure').length % 16).toBe(0);
  }
}

const whole =
  (parse: (bytes: Bytes) => unknown) =>
  (bytes: Bytes): undefined => {
    parse(bytes);
  };

describe('garbage', () => {
  it.each<[string, (bytes: Bytes) => SwipeReport | undefined, fc.Arbitrary<Bytes>]>([
    ['a SureSwipe report', parseSureSwipe, fc.oneof(anything, exactly(337))],
    ['a MagneSafe report', (bytes) => parseMagneSafe(bytes, publishedMap(887)).swipe, fc.oneof(anything, exactly(887))],
    ['a MagneSafe answer', whole(parseAnswer), octets({ maxLength: 64 })],
    ['an MMS report', whole((bytes) => new MmsAssembler().add(bytes)), fc.oneof(anything, exactly(64))],
    ['an MMS message', whole(parseMmsMessage), anything],
    ['an MMS card', (bytes) => parseMmsCard(bytes, '08'), anything],
    ['a status word answer', parseStatusWordAnswer, anything],
    ['an ID TECH structure', parseSecureHead, anything],
    ['an ID TECH frame', whole(unframe), anything],
    ['ID TECH card data', parseIdtechCardData, anything],
    ['a NEO2 frame', whole((bytes) => parseNeo2(bytes, 'either')), anything],
    ['a NEO2 report', whole((bytes) => new Neo2Assembler().add(bytes[0] ?? 0, bytes)), anything],
    ['a NEO2 card', parseNeo2Card, anything],
  ])('as %s gives a typed error or nothing', (_what, parse, bytes) => {
    fc.assert(
      fc.property(bytes, (garbage) => {
        holds(parse, garbage);
      }),
    );
  });

  it('in one byte of a frame is always noticed', () => {
    const frame = framed(cardData({ cipher: 'tdes', masked: ';6225********0001=3112***?*', length2: 27 }));
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const broken = Uint8Array.from(frame, (byte, index) => (index === at ? byte ^ flip : byte));
        expect(() => unframe(broken)).toThrow(expect.objectContaining({ code: 'READER.REPORT_INVALID' }));
      }),
    );
  });

  it('as a report descriptor never throws', () => {
    const item = fc.record({
      isRange: fc.boolean(),
      usages: fc.array(fc.nat(), { maxLength: 5 }),
      usageMinimum: fc.nat(),
      usageMaximum: fc.nat(),
      reportSize: fc.nat(64),
      reportCount: fc.nat(1_000),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 6 }), (items) => {
        expect(() => reportMapOf([{ inputReports: [{ items }] }], 0)).not.toThrow();
      }),
    );
  });
});
