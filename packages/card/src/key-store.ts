import { DomainError } from '@openswipe/kernel';
import type { Key } from './aes-engine.js';
import { unwrapKeyBlock } from './key-block.js';

/** Where host keys live; a hardware security module is another implementation. */
export interface KeyStore {
  /** Throws `CARD.KEY_UNKNOWN`. */
  key(id: string): Key;
}

/** Keys in memory, from TR-31 key blocks under one master key (the KBPK). */
export class SoftwareKeyStore implements KeyStore {
  readonly #keys: ReadonlyMap<string, Key>;

  private constructor(keys: ReadonlyMap<string, Key>) {
    this.#keys = keys;
  }

  /** Throws `CARD.KEY_BLOCK_INVALID` with the id of the first block that does not open. */
  static open(masterKey: Key, blocks: Readonly<Record<string, string>>): SoftwareKeyStore {
    const keys = Object.entries(blocks).map(([id, block]): [string, Key] => [id, openBlock(masterKey, id, block)]);
    return new SoftwareKeyStore(new Map(keys));
  }

  key(id: string): Key {
    const key = this.#keys.get(id);
    if (key) return key;
    throw new DomainError('CARD.KEY_UNKNOWN', `The key store has no key ${id}`, { facts: { keyId: id } });
  }
}

function openBlock(masterKey: Key, id: string, block: string): Key {
  try {
    return unwrapKeyBlock(masterKey, block).key;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(error.code, `${error.message} (key ${id})`, { facts: { keyId: id } });
  }
}
