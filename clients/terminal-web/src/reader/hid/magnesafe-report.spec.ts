import { describe, expect, it } from '@jest/globals';
import { toHex, type Bytes } from '@openswipe/card';
import { aReport, CIPHERTEXT, collections, hex, MASKED } from './fake-magnesafe.js';
import { publishedMap, PUBLISHED_ORDER, reportMapOf } from './magnesafe-layout.js';
import { parseMagneSafe } from './magnesafe-report.js';
import { commandReport, parseAnswer } from './magtek-commands.js';

const CLEAR = ';6225880000000001=3112120?';

const swipeOf = (report: Bytes) => parseMagneSafe(report, publishedMap(report.length)).swipe;

describe('the MagneSafe layout', () => {
  it.each([
    ['track 2 decode status', 0x21, 1, 1],
    ['track 2 encrypted length', 0x29, 4, 1],
    ['encode type', 0x38, 6, 1],
    ['track 1 encrypted', 0x30, 7, 112],
    ['track 2 encrypted', 0x31, 119, 112],
    ['track 3 encrypted', 0x32, 231, 112],
    ['card status', 0x39, 343, 1],
    ['MagnePrint status', 0x23, 344, 4],
    ['MagnePrint length', 0x2b, 348, 1],
    ['MagnePrint', 0x33, 349, 128],
    ['serial number', 0x40, 477, 16],
    ['encryption status', 0x42, 493, 2],
    ['KSN', 0x46, 495, 10],
    ['track 2 masked length', 0x48, 506, 1],
    ['track 1 masked', 0x4a, 508, 112],
    ['track 2 masked', 0x4b, 620, 112],
    ['track 3 masked', 0x4c, 732, 112],
    ['encrypted session id', 0x50, 844, 8],
    ['track 1 absolute length', 0x51, 852, 1],
    ['encryption counter', 0x55, 856, 3],
    ['version', 0x56, 859, 8],
    ['track 2 hash', 0x57, 867, 20],
  ])('places %s as published, from the table and from the descriptor', (_what, usage, at, length) => {
    expect(publishedMap(887).get(usage)).toEqual({ at, length });
    expect(reportMapOf(collections(), 0)?.get(usage)).toEqual({ at, length });
  });

  it('ends the short report before the counter', () => {
    expect(publishedMap(856).has(0x54)).toBe(true);
    expect(publishedMap(856).has(0x55)).toBe(false);
  });

  it('follows a descriptor of another order', () => {
    const order = [...PUBLISHED_ORDER].reverse();
    expect(reportMapOf(collections({ order }), 0)?.get(0x57)).toEqual({ at: 0, length: 20 });
  });

  it('reads items with several usages and with a range', () => {
    const items = [
      { usages: [0xff000020, 0xff000021, 0xff000022], reportSize: 8, reportCount: 3 },
      { isRange: true, usageMinimum: 0xff000028, usageMaximum: 0xff00002a, reportSize: 8, reportCount: 3 },
      { usages: [0xff000030, 0xff000031], reportSize: 8, reportCount: 113 },
    ];
    const map = reportMapOf([{ inputReports: [{ items }] }], 0);
    expect([map?.get(0x22), map?.get(0x29), map?.get(0x31)]).toEqual([
      { at: 2, length: 1 },
      { at: 4, length: 1 },
      { at: 7, length: 112 },
    ]);
  });

  it.each([
    ['of another report', collections({ reportId: 1 })],
    [
      'that gives one usage for all',
      [{ inputReports: [{ items: [{ usages: [0xff000020], reportSize: 8, reportCount: 887 }] }] }],
    ],
    ['of odd bits', [{ inputReports: [{ items: [{ usages: [0xff000021], reportSize: 3, reportCount: 8 }] }] }]],
    ['that is empty', []],
  ])('gives no map for a descriptor %s', (_what, given) => {
    expect(reportMapOf(given, 0)).toBeUndefined();
  });
});

describe('parseMagneSafe', () => {
  it.each([887, 856])('hands on an encrypted track of a report of %i bytes by the published layout', (length) => {
    const swipe = swipeOf(aReport({}, length));
    expect(swipe).toMatchObject({ outcome: 'protected', entryMode: 'magstripe', maskedTrack2: MASKED });
    if (swipe.outcome !== 'protected') return;
    const { ciphertext, ...track } = swipe.track;
    expect(track).toEqual({
      suite: 'mt1',
      form: 'magtek-track2',
      cipher: 'tdes',
      ksn: 'ffff9876543210e00008',
      sessionId: '21685f158b5c6be0',
    });
    expect(ciphertext.reveal('compare')).toBe(toHex(CIPHERTEXT));
  });

  it('reads the clear track of a reader without keys (security level 2) by the published layout', () => {
    const swipe = swipeOf(aReport({ 4: [CLEAR.length], 119: new TextEncoder().encode(CLEAR), 493: [0, 0] }));
    expect(swipe.outcome === 'clear' && swipe.track2.reveal('compare')).toBe(CLEAR);
  });

  it.each([
    ['READER.TRACK2_UNREADABLE', { 1: [1] }],
    ['READER.SWIPE_TOO_SLOW', { 1: [1], 344: [0, 0, 0b0000_0100, 0] }],
    ['READER.SWIPE_TOO_FAST', { 1: [1], 344: [0, 0, 0b0000_1000, 0] }],
    ['READER.SWIPE_NOISY', { 1: [1], 344: [0, 0, 0b0000_0010, 0] }],
    ['READER.SWIPE_REVERSED', { 1: [1], 344: [0, 0, 0b0010_0000, 0] }],
    ['READER.KEYS_EXHAUSTED', { 493: [0, 0x07] }],
    ['READER.NO_TRACK2', { 4: [0] }],
    ['READER.REFUSED', { 4: [0], 493: [0, 0x0e] }],
  ])('tells %s by the published bits', (code, fields) => {
    expect(swipeOf(aReport(fields))).toEqual({ outcome: 'failed', code });
  });

  it('reads a card that decoded, whatever its MagnePrint says', () => {
    expect(swipeOf(aReport({ 344: [0, 0, 0xff, 0] })).outcome).toBe('protected');
  });

  it.each([
    ['a length beyond the field', aReport({ 4: [120] })],
    ['a ciphertext of no whole blocks', aReport({ 4: [39] })],
    ['no KSN', aReport({ 495: new Uint8Array(10) })],
    ['clear data that is no text', aReport({ 493: [0, 0] })],
    ['a cut inside a field', aReport().slice(0, 500)],
  ])('refuses %s', (_what, report) => {
    expect(() => parseMagneSafe(report, publishedMap(887))).toThrow(
      expect.objectContaining({ code: 'READER.REPORT_INVALID' }),
    );
  });
});

describe('MagneSafe commands', () => {
  it('are number, length, data and zeros', () => {
    expect(toHex(commandReport(0x0a, hex('0123456789abcdef'), 12))).toBe('0a080123456789abcdef0000');
  });

  it('are answered by result, length and data, with or without the report id in front', () => {
    expect(toHex(parseAnswer(hex('000affff9876543210e000020000')))).toBe('ffff9876543210e00002');
    expect(toHex(parseAnswer(hex('0100010300'), 1))).toBe('03');
  });

  it.each([
    ['READER.REFUSED', '0100'],
    ['READER.REFUSED', '0200'],
    ['READER.REFUSED', '0500'],
    ['READER.REFUSED', '0700'],
    ['READER.KEYS_EXHAUSTED', '8000'],
    ['READER.REPORT_INVALID', '00'],
    ['READER.REPORT_INVALID', '000501'],
  ])('throw %s for the answer %s', (code, answer) => {
    expect(() => parseAnswer(hex(answer))).toThrow(expect.objectContaining({ code }));
  });
});
