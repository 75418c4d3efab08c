import { describe, expect, it } from '@jest/globals';
import { bytes, codeOf, hexOf, key, vectors } from '../../test/vectors.js';
import { toHex } from '../bytes.js';
import { Pan } from '../pan.js';
import { formatField55 } from './field-55.js';
import { cryptogramData, deriveCardKey, deriveSessionKey, generateCryptogram, verifyCryptogram } from './issuer.js';

interface Payment {
  readonly issuerKey: string;
  readonly pan: string;
  readonly panSequence: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly cryptogram: string;
}
const published: {
  readonly cardKeys: readonly { issuerKey: string; pan: string; panSequence: string; cardKey: string }[];
  readonly sessionKeys: readonly { cardKey: string; atc: string; sessionKey: string }[];
  readonly cryptograms: readonly { sessionKey: string; data: string; cryptogram: string }[];
  readonly payments: readonly Payment[];
} = vectors('emv-cryptogram');
const fieldOf = ({ tags, cryptogram, panSequence }: Payment, changed = {}) => {
  const all: Record<string, string> = { ...tags, '9f26': cryptogram, '9f27': '80', '5f34': panSequence, ...changed };
  return formatField55((tag) => (all[tag] === undefined ? undefined : bytes(all[tag]))).reveal('verify');
};

describe('the issuer', () => {
  it.each(published.cardKeys)(
    'derives the card key of $pan, sequence $panSequence',
    ({ issuerKey, pan, panSequence, cardKey }) => {
      expect(hexOf(deriveCardKey(key(issuerKey), Pan.parse(pan), panSequence))).toBe(cardKey);
    },
  );

  it.each(published.sessionKeys)('derives the session key of counter $atc', ({ cardKey, atc, sessionKey }) => {
    expect(hexOf(deriveSessionKey(key(cardKey), bytes(atc)))).toBe(sessionKey);
  });

  it.each(published.cryptograms)('makes the cryptogram over $data', ({ sessionKey, data, cryptogram }) => {
    expect(toHex(generateCryptogram(key(sessionKey), bytes(data))).toUpperCase()).toBe(cryptogram);
  });

  it.each(published.payments)('accepts the cryptogram of $pan, and no other', (payment) => {
    const { issuerKey, pan, cryptogram, tags } = payment;
    const verify = (field55: string, number = pan) => verifyCryptogram(key(issuerKey), Pan.parse(number), field55);
    expect(verify(fieldOf(payment))).toBe(true);
    for (const [tag, text] of Object.entries(tags)) {
      const changed = `${text.slice(0, -1)}${text.endsWith('1') ? '2' : '1'}`;
      expect(verify(fieldOf(payment, { [tag]: changed }))).toBe(false);
    }
    const flipped = `${cryptogram.slice(0, -1)}${cryptogram.endsWith('1') ? '2' : '1'}`;
    expect(verify(fieldOf(payment, { '9f26': flipped }))).toBe(false);
    expect(verify(fieldOf(payment), '4111111111111111')).toBe(false);
  });

  it('takes only a request cryptogram for one', () => {
    const payment = published.payments[0]!;
    const verify = (changed: object) =>
      verifyCryptogram(key(payment.issuerKey), Pan.parse(payment.pan), fieldOf(payment, changed));
    expect(verify({ '9f27': '00' })).toBe(false);
    expect(verify({ '9f27': '40' })).toBe(false);
    expect(verify({ '9f26': '00' })).toBe(false);
    expect(verify({ '5f34': 'aa' })).toBe(false);
  });

  it('names the element that is missing, and refuses a key that is no double-length one', () => {
    expect(codeOf(() => cryptogramData(() => undefined))).toBe('CARD.EMV_DATA_MISSING');
    expect(codeOf(() => deriveCardKey(key('00'.repeat(8)), Pan.parse('4111111111111111'), '00'))).toBe(
      'CARD.KEY_INVALID',
    );
    expect(codeOf(() => deriveCardKey(key('00'.repeat(16)), Pan.parse('4111111111111111'), '1'))).toBe(
      'CARD.EMV_DATA_INVALID',
    );
  });
});
