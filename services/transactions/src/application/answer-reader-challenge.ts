import type { Bytes } from '@openswipe/card';
import { answerReaderChallenge, TdesKeySerialNumber, type KeyStore, type ReaderChallenge } from '@openswipe/card/host';
import { DomainError } from '@openswipe/kernel';
import { readerKeysMissing, readerRefused } from '../domain/transaction-errors.js';
import { READER_BDK } from './key-ids.js';
import type { Accounts } from './ports.js';

const SESSION_DIGITS = 16;
/** No key of readers at all, or none of this one. */
const WITHOUT_KEY: readonly string[] = ['CARD.KEY_UNKNOWN', 'CARD.READER_DATA_INVALID'];

/** The order that a terminal holds. */
export interface HeldOrder {
  readonly orderDigest: string;
  /** How long it still does, and the reader may wait: 1 to 3,600. A card ends it sooner. */
  readonly seconds: number;
}

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
   * Throws `TRANSACTIONS.READER_KEYS_MISSING` also for a challenge that was made under another key, `CARD.KSN_INVALID`,
   * what `accounts` says of a reader that was lost or is somebody else's, and `TransientFault`.
   */
  async execute(accountId: string, order: HeldOrder, challenge: ReaderChallenge): Promise<Bytes> {
    const { initialKeyId } = TdesKeySerialNumber.parse(challenge.ksn);
    const code = await this.accounts.checkReader(accountId, initialKeyId);
    if (code !== '') throw readerRefused(code);
    const { seconds, orderDigest } = order;
    const sessionId = orderDigest.slice(0, SESSION_DIGITS);
    try {
      return answerReaderChallenge(this.keys.key(READER_BDK), challenge, { seconds, sessionId });
    } catch (error) {
      if (error instanceof DomainError && WITHOUT_KEY.includes(error.code)) throw readerKeysMissing();
      throw error;
    }
  }
}
