import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { exclusively } from './exclusively.js';
import type { Store } from './store.js';

export const STORE_NAMES = ['terminals', 'submissions', 'records'] as const;
export type StoreName = (typeof STORE_NAMES)[number];

interface Sealed {
  readonly id: string;
  readonly owner: string;
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly ciphertext: ArrayBuffer;
}

interface DeviceSchema extends DBSchema {
  'device-key': { key: string; value: CryptoKey };
  terminals: { key: string; value: Sealed; indexes: { owner: string } };
  submissions: { key: string; value: Sealed; indexes: { owner: string } };
  records: { key: string; value: Sealed; indexes: { owner: string } };
}

/** What is kept on this device, each value under AES-256-GCM with a key that no script can read out of the browser. */
export class Device {
  private constructor(
    private readonly database: IDBPDatabase<DeviceSchema>,
    private readonly key: CryptoKey,
  ) {}

  static async open(name = 'openswipe-terminal'): Promise<Device> {
    const database = await openDB<DeviceSchema>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore('device-key');
        for (const store of STORE_NAMES)
          fresh.createObjectStore(store, { keyPath: 'id' }).createIndex('owner', 'owner');
      },
    });
    return new Device(database, await exclusively('device-key', () => deviceKey(database)));
  }

  store<T>(name: StoreName): Store<T> {
    return new SealedStore<T>(this.database, this.key, name);
  }

  close(): void {
    this.database.close();
  }
}

class SealedStore<T> implements Store<T> {
  constructor(
    private readonly database: IDBPDatabase<DeviceSchema>,
    private readonly key: CryptoKey,
    private readonly name: StoreName,
  ) {}

  async get(id: string): Promise<T | undefined> {
    const sealed = await this.database.get(this.name, id);
    return sealed && this.#open(sealed);
  }

  async put(id: string, owner: string, value: T): Promise<void> {
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const plaintext = new TextEncoder().encode(JSON.stringify(value));
    const ciphertext = await crypto.subtle.encrypt(this.#algorithm(nonce, id, owner), this.key, plaintext);
    const writing = this.database.transaction(this.name, 'readwrite', { durability: 'strict' });
    await Promise.all([writing.store.put({ id, owner, nonce, ciphertext }), writing.done]);
  }

  async all(owner: string): Promise<T[]> {
    const sealed = await this.database.getAllFromIndex(this.name, 'owner', owner);
    return Promise.all(sealed.map((each) => this.#open(each)));
  }

  async remove(id: string): Promise<void> {
    await this.database.delete(this.name, id);
  }

  async #open({ id, owner, nonce, ciphertext }: Sealed): Promise<T> {
    const plaintext = await crypto.subtle.decrypt(this.#algorithm(nonce, id, owner), this.key, ciphertext);
    return JSON.parse(new TextDecoder().decode(plaintext)) as T;
  }

  /** Bound to its place: an entry that is moved under another id or owner does not open. */
  #algorithm(nonce: Uint8Array<ArrayBuffer>, id: string, owner: string): AesGcmParams {
    const place = new TextEncoder().encode(JSON.stringify([this.name, id, owner]));
    return { name: 'AES-GCM', iv: nonce, additionalData: place };
  }
}

async function deviceKey(database: IDBPDatabase<DeviceSchema>): Promise<CryptoKey> {
  const kept = await database.get('device-key', 'aes-gcm');
  if (kept) return kept;
  const fresh = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  await database.put('device-key', fresh, 'aes-gcm');
  return fresh;
}
