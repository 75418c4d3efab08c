import type { Clock } from '@openswipe/kernel';
import { type Reader, reportLost } from '../domain/reader.js';
import { changeReader, findOwn } from './change-reader.js';
import type { Readers } from './ports.js';
import type { TellOfReaders } from './tell-of-readers.js';

/** From then on nothing that this reader enciphers is used. */
export class ReportReaderLost {
  constructor(
    private readonly readers: Readers,
    private readonly tell: TellOfReaders,
    private readonly clock: Clock,
  ) {}

  /** Throws `ACCOUNTS.READER_NOT_FOUND`, `ACCOUNTS.READER_STATE`. Reporting twice is fine. */
  async execute(accountId: string, readerId: string): Promise<Reader> {
    const look = (): Promise<Reader | undefined> => findOwn(this.readers, readerId, accountId);
    const reader = await changeReader(this.readers, look, (found) => reportLost(found, this.clock.now()));
    await this.tell.soon(reader);
    return reader;
  }
}
