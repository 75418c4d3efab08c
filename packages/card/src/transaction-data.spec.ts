import { describe, expect, it } from '@jest/globals';
import { parseTransactionData } from './transaction-data.js';

const read = {
  entryMode: 'magstripe',
  track2: ';6225880000000001=3112120000?',
  readerKind: 'usb',
  readerProtected: false,
};
const protectedTrack = {
  suite: 'mt1',
  form: 'magtek-track2',
  cipher: 'tdes',
  ksn: 'ffff9876543210e00001',
  ciphertext: 'ab'.repeat(40),
};
const enciphered = { entryMode: 'magstripe', readerKind: 'magtek', readerProtected: true, protectedTrack };

const dataWith = (card: unknown) => ({
  card,
  fee: { orderId: 'ord_1', orderDigest: 'ab'.repeat(32), amountMinor: '100', currency: 'CNY' },
  security: {},
  createdAt: '2026-01-01T00:00:00.000Z',
});

describe('transaction data', () => {
  it.each([
    ['a stripe', read],
    ['a chip with what it made', { ...read, entryMode: 'contact', chip: { field55: '9f2608' } }],
    ['a stripe that its reader enciphered', enciphered],
    [
      'the same under AES',
      {
        ...enciphered,
        protectedTrack: { ...protectedTrack, cipher: 'aes', ksn: '00'.repeat(12), ciphertext: 'ab'.repeat(48) },
      },
    ],
    [
      'an ID TECH stripe under AES with a key of TDES DUKPT',
      {
        ...enciphered,
        protectedTrack: { ...protectedTrack, form: 'idtech-track2', cipher: 'aes', ciphertext: 'ab'.repeat(48) },
      },
    ],
    ['the same with a session id', { ...enciphered, protectedTrack: { ...protectedTrack, sessionId: '01'.repeat(8) } }],
  ])('take %s', (_, card) => {
    expect(parseTransactionData(dataWith(card)).card).toEqual(card);
  });

  it.each([
    ['a chip without what it made', { ...read, entryMode: 'contact' }],
    ['a stripe with a chip', { ...read, chip: { field55: '9f2608' } }],
    ['half a byte of chip data', { ...read, entryMode: 'contact', chip: { field55: '9f260' } }],
    ['both, in clear and enciphered', { ...enciphered, track2: read.track2 }],
    ['a reader that enciphers and says it does not', { ...enciphered, readerProtected: false }],
    ['part of a block', { ...enciphered, protectedTrack: { ...protectedTrack, ciphertext: 'ab'.repeat(41) } }],
    [
      'the KSN of another cipher',
      { ...enciphered, protectedTrack: { ...protectedTrack, cipher: 'aes', ciphertext: 'ab'.repeat(48) } },
    ],
    ['the KSN of another DUKPT', { ...enciphered, protectedTrack: { ...protectedTrack, ksn: '00'.repeat(12) } }],
    ['an unknown suite', { ...enciphered, protectedTrack: { ...protectedTrack, suite: 'mt2' } }],
    ['an unknown form', { ...enciphered, protectedTrack: { ...protectedTrack, form: 'other' } }],
    ['nothing', undefined],
  ])('refuse %s', (_, card) => {
    expect(() => parseTransactionData(dataWith(card))).toThrow(
      expect.objectContaining({ code: 'CARD.ENVELOPE_INVALID' }),
    );
  });

  const withSecurity = (security: unknown) => ({ ...dataWith(read), security });
  const page = { pinBlock: 'ab'.repeat(16), pinKsn: 'cd'.repeat(12) };

  it.each([
    ['a page', page],
    ['a reader with AES keys', { ...page, pinPad: 'reader' }],
    ['a reader with TDES keys', { pinBlock: 'ab'.repeat(8), pinKsn: 'cd'.repeat(10), pinPad: 'reader' }],
  ])('take a PIN of %s', (_, security) => {
    expect(parseTransactionData(withSecurity(security)).security).toEqual(security);
  });

  it.each([
    ['a page with TDES', { pinBlock: 'ab'.repeat(8), pinKsn: 'cd'.repeat(10) }],
    ['a reader without a block', { pinKsn: 'cd'.repeat(12), pinPad: 'reader' }],
    ['a reader without a KSN', { pinBlock: 'ab'.repeat(16), pinPad: 'reader' }],
    ['a reader with the KSN of another cipher', { ...page, pinKsn: 'cd'.repeat(10), pinPad: 'reader' }],
    ['some other pad', { ...page, pinPad: 'phone' }],
  ])('refuse a PIN of %s', (_, security) => {
    expect(() => parseTransactionData(withSecurity(security))).toThrow('does not have the shape');
  });
});
