import { refusal } from '../domain/accounts-errors.js';
import type { Reader } from '../domain/reader.js';
import type { Readers } from './ports.js';
import { RACED, untilWritten } from './until-written.js';

/**
 * Moves a reader on by one guarded write; who loses a race judges again by what the other one left.
 * Throws `ACCOUNTS.READER_NOT_FOUND`, `ACCOUNTS.READER_SERIAL_TAKEN`, and what `move` throws.
 * @param move the same object means that there is nothing to change
 */
export function changeReader(
  readers: Readers,
  look: () => Promise<Reader | undefined>,
  move: (reader: Reader) => Reader,
): Promise<Reader> {
  return untilWritten('the reader could not be changed', async () => {
    const reader = await look();
    if (!reader) throw refusal.readerNotFound();
    const moved = move(reader);
    if (moved === reader) return reader;
    const outcome = await readers.replace(moved);
    if (outcome === 'serial-taken') throw refusal.readerSerialTaken();
    return outcome === 'written' ? { ...moved, revision: moved.revision + 1 } : RACED;
  });
}

/** The reader, where it is the account's own. */
export async function findOwn(readers: Readers, id: string, accountId: string): Promise<Reader | undefined> {
  const reader = await readers.find(id);
  return reader?.accountId === accountId ? reader : undefined;
}
