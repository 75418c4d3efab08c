import { existsSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';

/** @template T @typedef {Record<string, { owner: string, value: T }>} Entries */

/**
 * A terminal's store in one file of its owner: written whole, flushed and renamed, so that a key state that was handed
 * out is on the disk.
 * @template T
 */
export class FileStore {
  /** @param {string} file */
  constructor(file) {
    this.file = file;
    /** @type {Entries<T>} */
    this.entries = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  }

  /** @param {string} id @returns {Promise<T | undefined>} */
  async get(id) {
    const entry = this.entries[id];
    return entry && structuredClone(entry.value);
  }

  /** @param {string} id @param {string} owner @param {T} value */
  async put(id, owner, value) {
    this.entries[id] = { owner, value: structuredClone(value) };
    await this.#write();
  }

  /** @param {string} owner @returns {Promise<T[]>} */
  async all(owner) {
    const owned = Object.values(this.entries).filter((entry) => entry.owner === owner);
    return owned.map(({ value }) => structuredClone(value));
  }

  /** @param {string} id */
  async remove(id) {
    delete this.entries[id];
    await this.#write();
  }

  async #write() {
    const handle = await open(`${this.file}.new`, 'w', 0o600);
    await handle.writeFile(JSON.stringify(this.entries));
    await handle.sync();
    await handle.close();
    await rename(`${this.file}.new`, this.file);
  }
}
