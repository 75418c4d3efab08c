import { signal } from '@preact/signals';
import type { Store } from './store.js';

/** A store that tells when it changed, so that a page shows what was kept while it is open. */
export class WatchedStore<T> implements Store<T> {
  /** Grows with each change that this page made. */
  readonly changes = signal(0);

  constructor(private readonly store: Store<T>) {}

  get(id: string): Promise<T | undefined> {
    return this.store.get(id);
  }

  all(owner: string): Promise<T[]> {
    return this.store.all(owner);
  }

  async put(id: string, owner: string, value: T): Promise<void> {
    await this.store.put(id, owner, value);
    this.changes.value += 1;
  }

  async remove(id: string): Promise<void> {
    await this.store.remove(id);
    this.changes.value += 1;
  }
}
