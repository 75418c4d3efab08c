import { refusal } from '../domain/accounts-errors.js';
import { whyNotUsable } from '../domain/reader.js';
import type { Readers } from './ports.js';

/** Whether card data that a reader enciphered may be used for an account. */
export class CheckReader {
  constructor(private readonly readers: Readers) {}

  /**
   * @param initialKeyId KSN without the counter, hexadecimal
   * @returns the code of the reason why not, or nothing; a reader that was not shipped from here may be used
   */
  async execute(accountId: string, initialKeyId: string): Promise<string> {
    const reader = await this.readers.findByInitialKeyId(initialKeyId.toLowerCase());
    const reason = reader && whyNotUsable(reader, accountId);
    if (reason === undefined) return '';
    return (reason === 'lost' ? refusal.readerLost() : refusal.readerForeign()).code;
  }
}
