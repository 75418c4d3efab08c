import type { Reader } from '../domain/reader.js';
import type { Readers } from './ports.js';

const PAGE_SIZE_DEFAULT = 50;
const PAGE_SIZE_MAX = 100;

/** Readers of an account, newest first; or for the operator those of all accounts, oldest first. */
export class ListReaders {
  constructor(private readonly readers: Readers) {}

  execute(accountId: string): Promise<readonly Reader[]> {
    return this.readers.listOf(accountId);
  }

  /** @param pageSize 0 = 50 */
  ofAll(pageSize: number, afterId: string): Promise<readonly Reader[]> {
    return this.readers.listAll(Math.min(pageSize || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX), afterId);
  }
}
