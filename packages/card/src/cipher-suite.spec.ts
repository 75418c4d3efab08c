import { beforeAll, describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import fc from 'fast-check';
import { codeOf, key, vectors } from '../test/vectors.js';
import { nobleAes } from './aes-engine.js';
import { fromHex, toHex, type Bytes } from './bytes.js';
import { aad, openEnvelope, sealEnvelope, type Envelope } from './cipher-suite.js';
import { DukptTerminal } from './dukpt/originating-side.js';
import { hostDeriveWorkingKey } from './dukpt/receiving-side.js';
import { KeySerialNumber } from './key-serial-number.js';
import { nodeAes } from './node-aes.js';
import type { TransactionData } from './transaction-data.js';

const { bdk, initialKey, initialKeyId } = vectors('dukpt-aes128');
const pan: string = vectors('pan').valid[0].pan;
const TERMINAL = 'ter_0198f00000000000000000000000abcd';
const DIGEST = 'ab'.repeat(32);
const KSN = KeySerialNumber.of(initialKeyId, 1);
const DATA_KEY = hostDeriveWorkingKey(nodeAes, key(bdk), KSN, 'data-encrypt', 'aes128');
const DATA: TransactionData = {
  card: { entryMode: 'magstripe', track2: `;${pan}=3012201?`, readerKind: 'simulated', readerProtected: true },
  fee: { orderId: 'ord_1', orderDigest: DIGEST, amountMinor: '12345', currency: 'CNY' },
  security: { pinBlock: '00'.repeat(16), pinKsn: '00'.repeat(12), signature: { digest: 'cd'.repeat(32) } },
  createdAt: '2026-01-01T00:00:00.000Z',
};
const nonceOf = (n: number): Bytes => new Uint8Array(12).fill(n);
const seal = (n = 1, data: unknown = DATA) =>
  sealEnvelope(nobleAes, DATA_KEY, KSN, TERMINAL, nonceOf(n), new Sensitive(data as TransactionData));
const open = (envelope: Envelope, digest = DIGEST, terminal = TERMINAL) =>
  openEnvelope(nodeAes, DATA_KEY, envelope, digest, terminal);
const flip = (hex: string, bit: number) => {
  const bytes = fromHex(hex, hex.length / 2, 'TEST', 'hex');
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return toHex(bytes);
};

describe('suite os1', () => {
  it('carries transaction data from a terminal to the host', () => {
    const terminal = DukptTerminal.initialize(nobleAes, key(initialKey), initialKeyId);
    for (let n = 0; n < 20; n++) {
      const { ksn, keys } = terminal.next(['data-encrypt']);
      const sealed = sealEnvelope(nobleAes, keys['data-encrypt'], ksn, TERMINAL, nonceOf(n), new Sensitive(DATA));
      const envelope: Envelope = JSON.parse(JSON.stringify(sealed));
      const hostKey = hostDeriveWorkingKey(
        nodeAes,
        key(bdk),
        KeySerialNumber.parse(envelope.ksn),
        'data-encrypt',
        'aes128',
      );
      expect(openEnvelope(nodeAes, hostKey, envelope, DIGEST, TERMINAL).reveal('test')).toEqual(DATA);
    }
  });

  it('shows nothing of the card, the order or the digest in clear', () => {
    const text = JSON.stringify(seal());
    const clear = [pan, DIGEST, DATA.fee.orderId, TERMINAL].flatMap((part) => [
      part,
      toHex(new TextEncoder().encode(part)),
    ]);
    for (const part of clear) expect(text).not.toContain(part);
  });

  it('refuses every single flipped bit of 30 envelopes as a forgery', () => {
    let flips = 0;
    for (let n = 1; n <= 30; n++) {
      const envelope = seal(n);
      for (const field of ['ksn', 'nonce', 'ciphertext', 'tag'] as const) {
        for (let bit = 0; bit < envelope[field].length * 4; bit++, flips++) {
          const act = () => open({ ...envelope, [field]: flip(envelope[field], bit) });
          if (codeOf(act) !== 'CARD.ENVELOPE_FORGED') throw new Error(`${field} bit ${bit} of envelope ${n} passed`);
        }
      }
    }
    expect(flips).toBeGreaterThan(100_000);
  });

  it('refuses an envelope sealed for another order, terminal or key as a forgery', () => {
    const envelope = seal();
    for (let bit = 0; bit < 256; bit++) {
      expect(codeOf(() => open(envelope, flip(DIGEST, bit)))).toBe('CARD.ENVELOPE_FORGED');
    }
    expect(codeOf(() => open(envelope, DIGEST, `${TERMINAL}0`))).toBe('CARD.ENVELOPE_FORGED');
    expect(codeOf(() => openEnvelope(nodeAes, key('00'.repeat(16)), envelope, DIGEST, TERMINAL))).toBe(
      'CARD.ENVELOPE_FORGED',
    );
  });

  it.each(['', 'os2', 'OS1', 'mt1', undefined])('refuses the unknown suite %j', (suite) => {
    expect(codeOf(() => open({ ...seal(), suite: suite as string }))).toBe('CARD.SUITE_UNKNOWN');
    expect(codeOf(() => open(undefined as unknown as Envelope))).toBe('CARD.SUITE_UNKNOWN');
  });

  describe('given another shape', () => {
    let good: Envelope;
    beforeAll(() => {
      good = seal();
    });

    it.each([
      ['a short KSN', { ksn: '00' }],
      ['a nonce that is not hexadecimal', { nonce: 'zz'.repeat(12) }],
      ['a short tag', { tag: '00'.repeat(12) }],
      ['no tag', { tag: undefined }],
      ['half a byte', { ciphertext: 'abc' }],
      ['a ciphertext that is a number', { ciphertext: 7 }],
      ['a ciphertext of a megabyte', { ciphertext: '00'.repeat(2 ** 20) }],
    ])('refuses %s', (_what, change) => {
      expect(codeOf(() => open({ ...good, ...change } as Envelope))).toBe('CARD.ENVELOPE_INVALID');
    });

    it('refuses an order digest that is none', () => {
      expect(codeOf(() => open(good, 'ab'))).toBe('CARD.ENVELOPE_INVALID');
    });
  });

  it.each([
    ['nothing', null],
    ['no card', { ...DATA, card: undefined }],
    ['an unknown entry mode', { ...DATA, card: { ...DATA.card, entryMode: 'telepathy' } }],
    ['an amount that is a number', { ...DATA, fee: { ...DATA.fee, amountMinor: 12345 } }],
    ['a negative amount', { ...DATA, fee: { ...DATA.fee, amountMinor: '-1' } }],
    ['a digest in upper case', { ...DATA, fee: { ...DATA.fee, orderDigest: DIGEST.toUpperCase() } }],
    ['a short PIN block', { ...DATA, security: { pinBlock: '00' } }],
    ['a field that is not agreed', { ...DATA, security: { pin: '1234' } }],
  ])('neither seals nor opens transaction data with %s', (_what, data) => {
    expect(codeOf(() => seal(1, data))).toBe('CARD.ENVELOPE_INVALID');
    expect(codeOf(() => open(sealAnything(JSON.stringify(data))))).toBe('CARD.ENVELOPE_INVALID');
  });

  it('refuses authentic bytes that are not JSON, or that speak of another order', () => {
    const other = { ...DATA, fee: { ...DATA.fee, orderDigest: 'cd'.repeat(32) } };
    for (const text of ['', '{', `;${pan}=3012201?`, JSON.stringify(other)]) {
      expect(codeOf(() => open(sealAnything(text)))).toBe('CARD.ENVELOPE_INVALID');
    }
  });
});

/** What a faulty terminal, which has the right key, could send. */
function sealAnything(text: string): Envelope {
  const bound = aad('os1', fromHex(DIGEST, 32, 'TEST', 'digest'), KSN.bytes, TERMINAL);
  const sealed = nodeAes.seal(DATA_KEY.reveal('test'), nonceOf(9), new TextEncoder().encode(text), bound);
  return { ...seal(9), ciphertext: toHex(sealed.ciphertext), tag: toHex(sealed.tag) };
}

describe('aad', () => {
  it('is different whenever one of its parts is', () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array): Bytes => new Uint8Array(array));
    const parts = fc.tuple(fc.string(), bytes, bytes, fc.string());
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = a.every((part, i) => String(part) === String(b[i]));
        expect(toHex(aad(...a)) === toHex(aad(...b))).toBe(same);
      }),
    );
    const shifted = [aad('a', nonceOf(1), nonceOf(1), 'bc'), aad('ab', nonceOf(1), nonceOf(1), 'c')].map(toHex);
    expect(shifted[0]).not.toBe(shifted[1]);
  });
});
