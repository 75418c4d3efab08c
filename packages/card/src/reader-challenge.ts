import { DomainError } from '@openswipe/kernel';
import type { Key } from './aes-engine.js';
import { concat, fromHex, xor, type Bytes } from './bytes.js';
import { hostDeriveTdesKey } from './dukpt/tdes-receiving-side.js';
import { TdesKeySerialNumber } from './tdes-key-serial-number.js';
import { decipherTdesCbc, encipherTdes, TDES_BLOCK } from './tdes.js';

/** What a MagneSafe reader enciphers challenges under, and expects answers under: the PIN key of its KSN ⊕ these. */
const CHALLENGE_VARIANT = new Uint8Array(16).fill(0xf0);
const ANSWER_VARIANT = new Uint8Array(16).fill(0x3c);
const SECONDS_MAX = 3_600;

export interface ReaderChallenge {
  /** 20 hexadecimal digits. */
  readonly ksn: string;
  /** As it came, enciphered: 16 hexadecimal digits. */
  readonly challenge: string;
}

export interface Authentication {
  /** How long the reader may wait for a card: 1 to 3,600. */
  readonly seconds: number;
  /** What the reader ties the next card to: 16 hexadecimal digits. */
  readonly sessionId: string;
}

/**
 * Answers a reader that is to enter its authenticated mode (MagTek 99875475, section 2 and Appendix D, "Activation
 * Challenge Reply"): six bytes of its challenge and the time limit, then the session id, each one block. The deciphered
 * challenge ends with the low 16 bits of the KSN, which tells a reader of this BDK from anything else. What the manual
 * leaves open, and that no device confirmed it, says ADR 0015.
 * Throws `CARD.KSN_INVALID`, `CARD.KEY_INVALID`, and `CARD.READER_DATA_INVALID` for a challenge of another key.
 */
export function answerReaderChallenge(bdk: Key, { ksn, challenge }: ReaderChallenge, how: Authentication): Bytes {
  const { seconds, sessionId } = how;
  const current = hostDeriveTdesKey(bdk, TdesKeySerialNumber.parse(ksn), 'pin').reveal('answer a reader');
  const clear = decipherTdesCbc(xor(current, CHALLENGE_VARIANT), block(challenge));
  const [high, low] = [clear[6] ?? 0, clear[7] ?? 0];
  if ((high << 8) + low !== parseInt(ksn.slice(-4), 16)) throw unreadable();
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > SECONDS_MAX) throw unreadable();
  const time = Uint8Array.of(seconds >> 8, seconds & 0xff);
  // The manual does not name the mode for a reply of two blocks; its examples encipher one block alone. So: ECB.
  return encipherTdes(xor(current, ANSWER_VARIANT), concat(clear.slice(0, 6), time, block(sessionId)));
}

const block = (hex: string): Bytes => fromHex(hex, TDES_BLOCK, 'CARD.READER_DATA_INVALID', 'A block of a reader');

const unreadable = (): DomainError =>
  new DomainError('CARD.READER_DATA_INVALID', 'This challenge is not one of a reader of this key', {
    param: 'challenge',
  });
