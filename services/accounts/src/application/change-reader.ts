import { TransientFault } from '@openswipe/kernel';
import { refusal } from '../domain/accounts-errors.js';
import type { Reader } from '../domain/reader.js';
import type { Readers } from './ports.js';

/** Each lost race means that somebody else's change was written, so this ends long before. */
const RACES_MAX = 20;

/**
 * Moves a reader on by one guarded write; who loses a race judges again by what the other one left.
 * Throws `ACCOUNTS.READER_NOT_FOUND`, `ACCOUNTS.READER_SERIAL_TAKEN`, and what `move` throws.
 * @param move the same object means that there is nothing to change
 */
export async function changeReader(
  readers: Readers,
  look: () => Promise<Reader | undefined>,
  move: (reader: Reader) => Reader,
): Promise<Reader> {
  for (let race = 0; race < RACES_MAX; race += 1) {
    const reader = await look();
    if (!reader) throw refusal.readerNotFound();
    const moved = move(reader);
    if (moved === reader) return reader;
    const outcome = await readers.replace(moved);
    if (outcome === 'serial-taken') throw refusal.readerSerialTaken();
    if (outcome === 'written') return { ...moved, revision: moved.revision + 1 };
  }
  throw new TransientFault('the reader could not be changed');
}

/** The reader, where it is the account's own. */
export async function findOwn(readers: Readers, id: string, accountId: string): Promise<Reader | undefined> {
  const reader = await readers.find(id);
  return reader?.accountId === accountId ? reader : undefined;
}
