import type { Clock } from '@openswipe/kernel';
import { refusal } from '../domain/accounts-errors.js';
import { type Reader, bind, parseSerialNumber } from '../domain/reader.js';
import { changeReader } from './change-reader.js';
import type { Readers, Terminals } from './ports.js';

/** First use of a shipped reader at a terminal of the account that applied for it. */
export class BindReader {
  constructor(
    private readonly readers: Readers,
    private readonly terminals: Terminals,
    private readonly clock: Clock,
  ) {}

  /**
   * `ACCOUNTS.READER_NOT_FOUND` is a reader that was not shipped from here; it works without being bound.
   * Throws `ACCOUNTS.READER_LOST`, `ACCOUNTS.READER_FOREIGN`, `ACCOUNTS.READER_NOT_FOUND`, `ACCOUNTS.FIELD_INVALID`,
   * `ACCOUNTS.TERMINAL_NOT_FOUND`. Binding again is fine.
   */
  async execute(accountId: string, terminalId: string, serialNumber: string): Promise<Reader> {
    const parsed = parseSerialNumber(serialNumber);
    const terminal = await this.terminals.find(terminalId, accountId);
    if (terminal?.state !== 'enrolled') throw refusal.terminalNotFound();
    const look = (): Promise<Reader | undefined> => this.readers.findBySerialNumber(parsed);
    return changeReader(this.readers, look, (found) => bind(found, accountId, terminalId, this.clock.now()));
  }
}
