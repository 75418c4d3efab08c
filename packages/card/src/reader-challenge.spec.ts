import { describe, expect, it } from '@jest/globals';
import { bytes, codeOf, key } from '../test/vectors.js';
import { toHex, xor } from './bytes.js';
import { hostDeriveTdesKey } from './dukpt/tdes-receiving-side.js';
import { answerReaderChallenge } from './reader-challenge.js';
import { TdesKeySerialNumber } from './tdes-key-serial-number.js';
import { decipherTdesCbc, encipherTdes } from './tdes.js';

/** MagTek 99875475 (MagneSafe V5 Reference Manual), Appendix D, the example of the authenticated mode. */
const EXAMPLE = {
  bdk: '0123456789ABCDEFFEDCBA9876543210',
  ksn: 'FFFF9876543210E00003',
  currentKey: '0DF3D9422ACA561A47676D07AD6BAD05',
  challenge: 'BE5C9835177E452A',
  clear: '7549AB6EB4840003',
  /** Of the command that leaves the mode: the same variant enciphers it. */
  deactivation: { clear: '34DB923069828100', enciphered: 'CACBBD5F58D5C950' },
} as const;
const answerKey = xor(bytes(EXAMPLE.currentKey), new Uint8Array(16).fill(0x3c));
const answer = (more: Partial<{ ksn: string; challenge: string; seconds: number; sessionId: string }> = {}) => {
  const { ksn = EXAMPLE.ksn, challenge = EXAMPLE.challenge, seconds = 480, sessionId = '0102030405060708' } = more;
  return answerReaderChallenge(key(EXAMPLE.bdk), { ksn, challenge }, { seconds, sessionId });
};

describe('the answer to a reader’s challenge', () => {
  it('is made under the keys of the manual’s example', () => {
    const current = hostDeriveTdesKey(key(EXAMPLE.bdk), TdesKeySerialNumber.parse(EXAMPLE.ksn), 'pin');
    expect(toHex(current.reveal('test')).toUpperCase()).toBe(EXAMPLE.currentKey);
    const { clear, enciphered } = EXAMPLE.deactivation;
    expect(toHex(encipherTdes(answerKey, bytes(clear))).toUpperCase()).toBe(enciphered);
  });

  it('gives six bytes of the challenge and the time limit back, and the session id', () => {
    const reply = answer();
    expect(reply).toHaveLength(16);
    const first = decipherTdesCbc(answerKey, reply.slice(0, 8));
    expect(toHex(first).toUpperCase()).toBe(`${EXAMPLE.clear.slice(0, 12)}01E0`);
    expect(toHex(decipherTdesCbc(answerKey, reply.slice(8)))).toBe('0102030405060708');
  });

  it('is given to no reader of another key, and to no challenge of another counter', () => {
    expect(codeOf(() => answer({ challenge: 'BE5C9835177E452B' }))).toBe('CARD.READER_DATA_INVALID');
    expect(codeOf(() => answer({ ksn: 'FFFF9876543210E00004' }))).toBe('CARD.READER_DATA_INVALID');
    expect(codeOf(() => answer({ challenge: 'BE5C' }))).toBe('CARD.READER_DATA_INVALID');
    expect(codeOf(() => answer({ ksn: 'FFFF9876543210E00000' }))).toBe('CARD.KSN_INVALID');
    expect(codeOf(() => answer({ sessionId: '01' }))).toBe('CARD.READER_DATA_INVALID');
  });

  it.each([0, 3_601, 1.5])('lets no reader wait for %d seconds', (seconds) =>
    expect(codeOf(() => answer({ seconds }))).toBe('CARD.READER_DATA_INVALID'),
  );
});
