import { type Clock, newId } from '@openswipe/kernel';
import { refusal } from '../domain/accounts-errors.js';
import { type PostalAddress, parsePostalAddress } from '../domain/postal-address.js';
import { type Reader, parseReaderModel } from '../domain/reader.js';
import { parseOptionalText } from '../domain/text-field.js';
import { findOwn } from './change-reader.js';
import type { Accounts, Cipher, Readers } from './ports.js';

const IDEMPOTENCY_KEY_LENGTH_MAX = 255;

export interface ReaderApplication {
  readonly accountId: string;
  readonly model: string;
  /** Absent: the account's. */
  readonly postalAddress?: PostalAddress | undefined;
  /** Empty, or the lost reader in whose place this one is applied for. */
  readonly replacesReaderId: string;
  readonly idempotencyKey: string;
}

/** An account holder asks for a reader [0064], or for another one in place of a lost one. */
export class ApplyForReader {
  constructor(
    private readonly readers: Readers,
    private readonly accounts: Accounts,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
  ) {}

  /**
   * A lost reader has one replacement that is not canceled, at most.
   * Throws `ACCOUNTS.FIELD_INVALID`, `ACCOUNTS.ACCOUNT_NOT_FOUND`, `ACCOUNTS.POSTAL_ADDRESS_MISSING`,
   * `ACCOUNTS.READER_NOT_FOUND`, `ACCOUNTS.READER_STATE`, `ACCOUNTS.IDEMPOTENCY_KEY_REUSED`.
   */
  async execute(application: ReaderApplication): Promise<Reader> {
    const { accountId, replacesReaderId } = application;
    const key = parseOptionalText('idempotencyKey', application.idempotencyKey, IDEMPOTENCY_KEY_LENGTH_MAX);
    const id = newId('reader');
    const reader: Reader = {
      id,
      accountId,
      model: parseReaderModel(application.model),
      status: 'applied',
      postalAddress: await this.#addressOf(application),
      // Without a key of the caller no other call can mean the same reader.
      applicationKey: `${accountId}/${key ?? id}`,
      fingerprint: this.#fingerprintOf(application),
      ...(replacesReaderId === '' ? {} : { replacesReaderId }),
      appliedAt: this.clock.now(),
      untold: [],
      revision: 0,
    };
    const earlier = await this.readers.findByApplicationKey(reader.applicationKey);
    if (earlier) return sameAs(earlier, reader);
    if (replacesReaderId !== '') await this.#requireReplaceable(replacesReaderId, accountId);
    return (await this.readers.insert(reader)) ? reader : this.#whatWasFirst(reader);
  }

  /** Another call was first: the same application, or another replacement of the same reader. */
  async #whatWasFirst(reader: Reader): Promise<Reader> {
    const earlier = await this.readers.findByApplicationKey(reader.applicationKey);
    if (earlier) return sameAs(earlier, reader);
    const other = await this.readers.findReplacement(reader.replacesReaderId ?? '');
    throw refusal.readerState('lost', { replacedByReaderId: other?.id ?? '' });
  }

  async #addressOf({ accountId, postalAddress }: ReaderApplication): Promise<PostalAddress> {
    const account = await this.accounts.find(accountId);
    if (!account) throw refusal.accountNotFound();
    if (postalAddress) return parsePostalAddress(postalAddress);
    if (!account.postalAddress) throw refusal.postalAddressMissing();
    return account.postalAddress;
  }

  async #requireReplaceable(readerId: string, accountId: string): Promise<void> {
    const lost = await findOwn(this.readers, readerId, accountId);
    if (!lost) throw refusal.readerNotFound();
    if (lost.status !== 'lost') throw refusal.readerState(lost.status);
  }

  #fingerprintOf({ model, postalAddress, replacesReaderId }: ReaderApplication): string {
    const { recipient, addressLines, city, postalCode, country } = postalAddress ?? {};
    const fields = [model, replacesReaderId, recipient, addressLines, city, postalCode, country];
    return this.cipher.digest(JSON.stringify(fields), 'reader application');
  }
}

function sameAs(earlier: Reader, { fingerprint }: Reader): Reader {
  if (earlier.fingerprint !== fingerprint) throw refusal.idempotencyKeyReused();
  return earlier;
}
