import { type Reader, cancel } from '../domain/reader.js';
import { changeReader, findOwn } from './change-reader.js';
import type { Readers } from './ports.js';

export class CancelReaderApplication {
  constructor(private readonly readers: Readers) {}

  /** Throws `ACCOUNTS.READER_NOT_FOUND`, `ACCOUNTS.READER_STATE`. Canceling twice is fine. */
  execute(accountId: string, readerId: string): Promise<Reader> {
    return changeReader(this.readers, () => findOwn(this.readers, readerId, accountId), cancel);
  }
}
