import { DomainError } from '@openswipe/kernel';
import type { Key } from './aes-engine.js';
import { unwrapKeyBlock } from './key-block.js';

/**
 * Where host keys live; a hardware security module is another implementation. Of one id there may be several keys, so
 * that one can follow another while both are in use: the current one, and others by the name `id:generation`. The
 * generation of a BDK is its BDK id, that of any other key its key version (TR-31:2018, A.2).
 */
export interface KeyStore {
  /** By id the current key, which makes whatever is new; by `id:generation` that one. Throws `CARD.KEY_UNKNOWN`. */
  key(name: string): Key;
  has(name: string): boolean;
  /** The name that goes with what the current key makes: its id alone where it has no version (00). */
  nameOf(id: string): string;
}

/** The name, for `KeyStore.key`, of the key that made something: an id alone stands for a key without a version. */
export const keyNameOf = (written: string): string => (written.includes(':') ? written : `${written}:${NO_VERSION}`);

/** TR-31:2018, A.2, Table 4: key versioning is not used. */
const NO_VERSION = '00';

/** Keys in memory, from TR-31 key blocks under one master key (the KBPK). */
export class SoftwareKeyStore implements KeyStore {
  readonly #keys = new Map<string, Key>();
  readonly #versions = new Map<string, string>();

  private constructor() {}

  /**
   * Blocks by id (the current key) or by `id:generation`. Throws `CARD.KEY_BLOCK_INVALID` with the name of the first
   * block that does not open, that another one contradicts, or whose header has not the version that it is named by.
   */
  static open(masterKey: Key, blocks: Readonly<Record<string, string>>): SoftwareKeyStore {
    const store = new SoftwareKeyStore();
    for (const [name, block] of Object.entries(blocks)) store.#add(name, openBlock(masterKey, name, block));
    return store;
  }

  key(name: string): Key {
    const key = this.#keys.get(name);
    if (key) return key;
    throw new DomainError('CARD.KEY_UNKNOWN', `The key store has no key ${name}`, { facts: { keyId: name } });
  }

  has(name: string): boolean {
    return this.#keys.has(name);
  }

  nameOf(id: string): string {
    const version = this.#versions.get(id) ?? NO_VERSION;
    return version === NO_VERSION ? id : `${id}:${version}`;
  }

  #add(name: string, { key, version }: { key: Key; version: string }): void {
    const [id = '', generation] = name.split(':');
    const isMisnamed = generation?.length === NO_VERSION.length && generation !== version;
    const names = generation === undefined ? [id, `${id}:${version}`] : [name];
    if (isMisnamed || names.some((each) => this.#keys.has(each))) {
      const why = isMisnamed ? `its header says version ${version}` : 'there is another one of this version';
      throw new DomainError('CARD.KEY_BLOCK_INVALID', `This key block cannot be used: ${why} (key ${name})`, {
        facts: { keyId: name },
      });
    }
    for (const each of names) this.#keys.set(each, key);
    if (generation === undefined) this.#versions.set(id, version);
  }
}

function openBlock(masterKey: Key, name: string, block: string): { key: Key; version: string } {
  try {
    const { key, attributes } = unwrapKeyBlock(masterKey, block);
    return { key, version: attributes.keyVersion };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(error.code, `${error.message} (key ${name})`, { facts: { keyId: name } });
  }
}
