import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytes, codeOf, key, vectors } from '../test/vectors.js';
import { concat, toHex, type Bytes } from './bytes.js';
import { isForFee, parseField55 } from './emv/field-55.js';
import { openProtectedCard, parseReaderKsn } from './open-protected-card.js';
import { TestReader, type TestReaderOptions } from './test-reader.js';
import { encodeTlv } from './tlv.js';
import type { ProtectedCard } from './transaction-data.js';

const bdk = key(vectors('dukpt-tdes').bdk);
const PAN = '6225880000000001';
const TRACK = `;${PAN}=3112120000000000?`;
const SESSION = '0123456789abcdef';

const READERS: readonly TestReaderOptions[] = [
  { form: 'magtek-track2', cipher: 'tdes' },
  { form: 'idtech-track2', cipher: 'tdes' },
  { form: 'magtek-arqc', cipher: 'tdes' },
  { form: 'idtech-track2', cipher: 'aes' },
  { form: 'idtech-track2', cipher: 'aes', dukpt: 'tdes' },
  { form: 'magtek-arqc', cipher: 'aes' },
];

const tlv = (tag: string, hex: string): Bytes => encodeTlv(tag, bytes(hex));
const CHIP = [
  tlv('9f26', '0102030405060708'),
  tlv('9f36', '0007'),
  tlv('9f02', '000000001250'),
  tlv('9f03', '000000000000'),
  tlv('5f2a', '0156'),
  tlv('9c', '00'),
];
const EQUIVALENT = tlv('57', `${PAN}d3112120000000000f`);

const withTrack = (card: ProtectedCard, more: Partial<ProtectedCard['protectedTrack']>): ProtectedCard => ({
  ...card,
  protectedTrack: { ...card.protectedTrack, ...more },
});
const openCode = (card: ProtectedCard, bdkOfHost = bdk) => codeOf(() => openProtectedCard(bdkOfHost, card));

describe('a card that its reader encrypted', () => {
  it.each(READERS)('gives its track and its session id: $form $cipher $dukpt', (options) => {
    const card = new TestReader(bdk, options).swipe(TRACK, { sessionId: SESSION });
    const opened = openProtectedCard(bdk, card);
    expect(opened.track2.raw.reveal('test')).toBe(TRACK);
    expect(opened.track2.pan.reveal('test')).toBe(PAN);
    expect(opened.sessionId).toBe(SESSION);
    expect(opened.field55).toBeUndefined();
    expect(parseReaderKsn(card.protectedTrack.ksn)).toEqual(expect.objectContaining({ counter: 1 }));
  });

  it.each(READERS)('is refused with one bit flipped, wherever: $form $cipher $dukpt', (options) => {
    const card = new TestReader(bdk, options).swipe(TRACK);
    const ciphertext = bytes(card.protectedTrack.ciphertext);
    // In a container, what lies behind the track in the last block is padding.
    for (let bit = 0; bit < ciphertext.length * 8; bit++) {
      const flipped = ciphertext.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(openCode(withTrack(card, { ciphertext: toHex(flipped) }))).toBe('CARD.READER_DATA_INVALID');
    }
  });

  it.each(READERS)(
    'is refused under another key, another counter, cut off or not whole: $form $cipher $dukpt',
    (options) => {
      const reader = new TestReader(bdk, options);
      const [first, second] = [reader.swipe(TRACK), reader.swipe(TRACK)];
      const { ciphertext } = first.protectedTrack;
      expect(openCode(first, key('11'.repeat(16)))).toBe('CARD.READER_DATA_INVALID');
      const invalid = [second.protectedTrack, { ciphertext: ciphertext.slice(0, 32) }, { ciphertext: '' }].map((more) =>
        withTrack(first, 'ksn' in more ? { ksn: more.ksn } : more),
      );
      for (const card of [...invalid, withTrack(first, { ciphertext: `${ciphertext}00` })]) {
        expect(openCode(card)).toBe('CARD.READER_DATA_INVALID');
      }
      expect(openCode(withTrack(first, { sessionId: '00' }))).toBe('CARD.READER_DATA_INVALID');
    },
  );

  it('never fails otherwise than by its codes, and never names a digit', () => {
    const hex = (length: number) =>
      fc.uint8Array({ minLength: length, maxLength: length }).map((b) => toHex(Uint8Array.from(b)));
    fc.assert(
      fc.property(fc.constantFrom(...READERS), hex(64), fc.option(hex(16), { nil: undefined }), (options, data, id) => {
        const card = new TestReader(bdk, options).swipe(TRACK);
        const changed = withTrack(card, { ciphertext: data, ...(id === undefined ? {} : { sessionId: id }) });
        expect(openCode(changed)).toBe('CARD.READER_DATA_INVALID');
      }),
    );
    const clear = new TestReader(bdk).swipe(';6225880000000009=3112120?');
    const shown = (() => {
      try {
        return openProtectedCard(bdk, clear);
      } catch (error) {
        return `${inspect(error)} ${JSON.stringify(error)}`;
      }
    })();
    expect(shown).toContain('CARD.READER_DATA_INVALID');
    expect(shown).not.toContain('622588');
  });

  it('has a KSN that DUKPT uses', () => {
    const card = new TestReader(bdk).swipe(TRACK);
    expect(openCode(withTrack(card, { ksn: 'ffff9876543210ffffff' }))).toBe('CARD.KSN_INVALID');
    expect(openCode(withTrack(card, { ksn: `${'ab'.repeat(8)}00000000` }))).toBe('CARD.KSN_INVALID');
  });
});

describe('a chip that its reader encrypted', () => {
  const reader = new TestReader(bdk, { form: 'magtek-arqc' });
  const chip = (...objects: readonly Bytes[]) => reader.chip(concat(...objects));

  it('gives its track and what it made for its issuer', () => {
    const { track2, field55 } = openProtectedCard(
      bdk,
      chip(EQUIVALENT, tlv('5a', PAN), tlv('5f24', '311231'), ...CHIP),
    );
    expect(track2.pan.reveal('test')).toBe(PAN);
    expect(track2.serviceCode.digits).toBe('120');
    const values = parseField55(field55?.reveal('test') ?? '');
    expect(toHex(values.get('9f26') ?? new Uint8Array(0))).toBe('0102030405060708');
    expect(isForFee(values, { amountMinor: '1250', currency: 'CNY' })).toBe(true);
    expect([values.has('57'), values.has('5a')]).toEqual([false, false]);
  });

  it.each<[string, ProtectedCard]>([
    ['no track', chip(tlv('5a', PAN), ...CHIP)],
    ['a PAN of another card', chip(EQUIVALENT, tlv('5a', '4111111111111111'), ...CHIP)],
    ['another expiry', chip(EQUIVALENT, tlv('5f24', '301231'), ...CHIP)],
    ['no cryptogram', chip(EQUIVALENT)],
    ['a cryptogram, but passes for a stripe', reader.chip(concat(EQUIVALENT, ...CHIP), 'magstripe')],
    ['the form of a stripe', { ...new TestReader(bdk).swipe(TRACK), entryMode: 'contact' }],
  ])('is refused with %s', (_, card) => {
    expect(openCode(card)).toBe('CARD.READER_DATA_INVALID');
  });
});
