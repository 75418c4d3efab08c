import { describe, expect, it } from '@jest/globals';
import { fromHex, toHex, type Bytes } from '@openswipe/card';
import { parseIdtechCardData, unframe } from './idtech-frame.js';
import { parseSecureHead } from './idtech-securehead-report.js';
import { cardData, framed, structure } from './fake-idtech.js';

const TRACK1 = '%B6225880000000001^CARD/TEST^3112120?';
const TRACK2 = ';6225880000000001=3112120?';
const MASKED = ';6225********0001=3112***?*';
const hex = (text: string): Bytes => fromHex(text, text.length / 2, 'TEST.HEX', 'The fixture');
const text = (characters: string): Bytes => Uint8Array.from(new TextEncoder().encode(characters));
const reportInvalid = expect.objectContaining({ code: 'READER.REPORT_INVALID' });

describe('the ID TECH frame', () => {
  it('gives its card data by the published layout', () => {
    expect(toHex(framed(hex('0102')))).toBe('02020001020303' + '03');
    expect(toHex(unframe(framed(hex('0102'))))).toBe('0102');
  });

  it.each([
    ['start', 0, 0x03],
    ['length', 1, 0x01],
    ['data', 3, 0xff],
    ['XOR', 5, 0xff],
    ['sum', 6, 0xff],
    ['end', 7, 0x02],
  ])('is refused with a wrong %s', (_what, at, byte) => {
    const frame = framed(hex('0102'));
    frame[at] = byte;
    expect(() => unframe(frame)).toThrow(reportInvalid);
  });

  it('is refused truncated, empty and with more behind it', () => {
    const frame = framed(hex('0102'));
    for (const given of [frame.slice(0, -1), new Uint8Array(0), Uint8Array.from([...frame, 0])]) {
      expect(() => unframe(given)).toThrow(reportInvalid);
    }
  });
});

describe('parseIdtechCardData', () => {
  it.each([
    ['TDES alone', { cipher: 'tdes' }],
    ['AES', { cipher: 'aes' }],
    ['all tracks', { cipher: 'tdes', tracks: [TRACK1.length, 27, 30] }],
    ['hashes', { cipher: 'tdes', hashes: 3 }],
    ['a serial number', { cipher: 'tdes', serial: true }],
    ['a session id', { cipher: 'aes', session: 'c1'.repeat(16) }],
    ['everything', { cipher: 'tdes', tracks: [37, 27, 9], hashes: 2, serial: true, session: 'c1'.repeat(8) }],
    ['no mask', { cipher: 'tdes', masked: '' }],
  ] as const)('finds track 2 and the KSN by the presence bits: %s', (_what, parts) => {
    const masked = 'masked' in parts ? parts.masked : MASKED;
    const swipe = parseIdtechCardData(cardData({ ...parts, masked, length2: MASKED.length }));
    const padded = parts.cipher === 'tdes' ? 32 : 32;
    expect(swipe).toMatchObject({
      outcome: 'protected',
      maskedTrack2: masked,
      track: { suite: 'mt1', form: 'idtech-track2', cipher: parts.cipher, ksn: '629949002c0000000001' },
    });
    if (swipe.outcome !== 'protected') return;
    expect(swipe.track.ciphertext.reveal('compare')).toBe('e2'.repeat(padded));
    expect(swipe.track.sessionId).toBe('session' in parts ? parts.session : undefined);
  });

  it('reads the clear tracks of the original and of the enhanced format', () => {
    const original = Uint8Array.from([0x00, 0x1b, TRACK1.length, TRACK2.length, 0, ...text(TRACK1 + TRACK2)]);
    const enhanced = Uint8Array.from([0x80, 0x1b, 0, TRACK2.length, 0, 0x02, 0x00, ...text(TRACK2)]);
    for (const given of [original, enhanced]) {
      const swipe = parseIdtechCardData(given);
      expect(swipe.outcome === 'clear' && swipe.track2.reveal('compare')).toBe(TRACK2);
    }
  });

  it('tells an unreadable track from an absent one by the sampling bits', () => {
    expect(parseIdtechCardData(hex('8010000000'))).toEqual({ outcome: 'failed', code: 'READER.TRACK2_UNREADABLE' });
    expect(parseIdtechCardData(hex('8009250000'))).toEqual({ outcome: 'failed', code: 'READER.NO_TRACK2' });
  });

  const good = cardData({ cipher: 'tdes', masked: MASKED, length2: MASKED.length });
  it.each([
    ['nothing', new Uint8Array(0)],
    ['a cut header', good.slice(0, 4)],
    ['a cut KSN', good.slice(0, -1)],
    ['more than its bits announce', Uint8Array.from([...good, 0])],
    ['a cipher that is none', Uint8Array.from(good, (byte, at) => (at === 5 ? byte | 0x20 : byte))],
    ['no KSN', Uint8Array.from(good, (byte, at) => (at === 6 ? byte & 0x7f : byte))],
    [
      'optional bytes, whose length moves the KSN',
      Uint8Array.from(good, (byte, at) => (at === 1 ? byte | 0x40 : byte)),
    ],
    ['an encrypted original format', Uint8Array.from(good, (byte, at) => (at === 0 ? 0x00 : byte))],
    ['a length that no track has', Uint8Array.from(good, (byte, at) => (at === 2 ? 0xff : byte))],
  ])('refuses %s', (_what, given) => {
    expect(() => parseIdtechCardData(given)).toThrow(reportInvalid);
  });
});

describe('parseSecureHead', () => {
  it.each([false, true])(
    'reads clear text by the published layout (high byte of the length first: %s)',
    (highFirst) => {
      const swipe = parseSecureHead(structure(text(`${TRACK1}${TRACK2}\r`), { highFirst }));
      expect(swipe.outcome === 'clear' && swipe.track2.reveal('compare')).toBe(TRACK2);
    },
  );

  it('opens the enhanced frame in its output', () => {
    const frame = framed(cardData({ cipher: 'tdes', masked: MASKED, length2: MASKED.length }));
    expect(parseSecureHead(structure(frame))).toMatchObject({ outcome: 'protected', maskedTrack2: MASKED });
  });

  it('tells an unreadable track from an empty one by the published layout', () => {
    const output = text(TRACK1);
    expect(parseSecureHead(structure(output, { status2: 1 }))).toMatchObject({ code: 'READER.TRACK2_UNREADABLE' });
    expect(parseSecureHead(structure(output, { length2: 0 }))).toMatchObject({ code: 'READER.NO_TRACK2' });
  });

  it.each([
    ['truncated', structure(text(TRACK2)).slice(0, 8)],
    ['too long', new Uint8Array(522)],
    ['shorter than its output', structure(text(TRACK1 + TRACK2)).slice(0, 30)],
    ['broken inside the track', structure(text(TRACK2.replace('588', '5\u00188')))],
    ['without a track', structure(text('hello'))],
    ['of a broken frame', structure(hex('020200010203'))],
  ])('refuses a report that is %s', (_what, report) => {
    expect(() => parseSecureHead(report)).toThrow(reportInvalid);
  });
});
