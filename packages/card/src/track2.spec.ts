import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { codeOf, vectors } from '../test/vectors.js';
import { Pan } from './pan.js';
import { formatTrack2, parseTrack2 } from './track2.js';

const digits: string = vectors('pan').valid[0].pan;
const content = `${digits}=30122011234567890`;

describe('parseTrack2', () => {
  it.each([`;${content}?`, content, content.replace('=', 'D')])(
    'reads the fields, with sentinels or without',
    (text) => {
      const track = parseTrack2(text);
      expect(track.pan.reveal('test')).toBe(digits);
      expect(track.expiry).toBe('3012');
      expect(track.serviceCode.digits).toBe('201');
      expect(track.discretionary.reveal('test')).toBe('1234567890');
      expect(track.raw.reveal('test')).toBe(text);
    },
  );

  it.each([
    ['201', { hasChip: true, pinRequired: false, international: true }],
    ['220', { hasChip: true, pinRequired: true, international: true }],
    ['101', { hasChip: false, pinRequired: false, international: true }],
    ['520', { hasChip: false, pinRequired: true, international: false }],
    ['603', { hasChip: true, pinRequired: true, international: false }],
    ['106', { hasChip: false, pinRequired: false, international: true }],
    ['705', { hasChip: false, pinRequired: true, international: false }],
  ])('understands service code %s', (code, expected) => {
    expect(parseTrack2(`;${digits}=3012${code}?`).serviceCode).toEqual({ digits: code, ...expected });
  });

  it.each([
    ['nothing', ''],
    ['sentinels only', ';?'],
    ['one sentinel', `;${content}`],
    ['the other sentinel', `${content}?`],
    ['an LRC', `;${content}?1`],
    ['no separator', `;${digits}?`],
    ['a thirteenth month', `;${digits}=3013201?`],
    ['month zero', `;${digits}=3000201?`],
    ['a short service code', `;${digits}=301220?`],
    ['letters in the discretionary data', `;${digits}=3012201abc?`],
    ['a PAN that fails Luhn', `;${digits.slice(0, -1)}2=3012201?`],
    ['more than 37 characters', `;${digits}=3012201${'0'.repeat(14)}?`],
    ['a bad read', ';E?'],
    ['a megabyte', '1'.repeat(1_000_000)],
  ])('refuses %s', (_what, text) => expect(codeOf(() => parseTrack2(text))).toBe('CARD.TRACK2_INVALID'));

  it('gives a typed error or a track for whatever is read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^;?[0-9=?D]{0,40}\??$/)), (text) => {
        try {
          expect(parseTrack2(text).raw.reveal('test')).toBe(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'CARD.TRACK2_INVALID' });
        }
      }),
    );
  });
});

describe('formatTrack2', () => {
  it('writes what parseTrack2 reads', () => {
    const text = formatTrack2({ pan: Pan.parse(digits), expiry: '3012', serviceCode: '201', discretionary: '99' });
    expect(text).toBe(`;${digits}=301220199?`);
  });

  it('refuses parts that make no track', () => {
    const act = () => formatTrack2({ pan: Pan.parse(digits), expiry: '3099', serviceCode: '201' });
    expect(codeOf(act)).toBe('CARD.TRACK2_INVALID');
  });
});
