import type { Store } from './store.js';

/** For Node: gone with the process, so nothing needs to be encrypted. Values are copied, as a real store does. */
export class MemoryStore<T> implements Store<T> {
  readonly #entries = new Map<string, { readonly owner: string; readonly text: string }>();

  async get(id: string): Promise<T | undefined> {
    const entry = this.#entries.get(id);
    return entry && (JSON.parse(entry.text) as T);
  }

  async put(id: string, owner: string, value: T): Promise<void> {
    this.#entries.set(id, { owner, text: JSON.stringify(value) });
  }

  async all(owner: string): Promise<T[]> {
    return [...this.#entries.values()]
      .filter((entry) => entry.owner === owner)
      .map(({ text }) => JSON.parse(text) as T);
  }

  async remove(id: string): Promise<void> {
    this.#entries.delete(id);
  }
}
