import type { Bytes } from '@openswipe/card';
import { answerReaderChallenge, TdesKeySerialNumber, type KeyStore, type ReaderChallenge } from '@openswipe/card/host';
import { DomainError } from '@openswipe/kernel';
import { readerKeysMissing, readerRefused } from '../domain/transaction-errors.js';
import { READER_BDK } from './key-ids.js';
import type { Accounts } from './ports.js';

/** As long as a terminal holds an order at most; a card ends it sooner. */
const READ_SECONDS = 600;
const SESSION_DIGITS = 16;

/**
 * Proves to a reader that the platform knows its key, so that it wakes for this order and for no other: the answer
 * carries the order's digest as session id, which comes back enciphered with the card (CN102750632A [0028], [0030]).
 */
export class AnswerReaderChallenge {
  constructor(
    private readonly keys: KeyStore,
    private readonly accounts: Accounts,
  ) {}

  /**
   * Throws `TRANSACTIONS.READER_KEYS_MISSING`, `CARD.KSN_INVALID`, `CARD.READER_DATA_INVALID`, what `accounts` says of
   * a reader that was lost or is somebody else's, and `TransientFault`.
   */
  async execute(accountId: string, orderDigest: string, challenge: ReaderChallenge): Promise<Bytes> {
    const { initialKeyId } = TdesKeySerialNumber.parse(challenge.ksn);
    const code = await this.accounts.checkReader(accountId, initialKeyId);
    if (code !== '') throw readerRefused(code);
    const sessionId = orderDigest.slice(0, SESSION_DIGITS);
    return answerReaderChallenge(this.#bdk(), challenge, { seconds: READ_SECONDS, sessionId });
  }

  #bdk() {
    try {
      return this.keys.key(READER_BDK);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'CARD.KEY_UNKNOWN') throw readerKeysMissing();
      throw error;
    }
  }
}
