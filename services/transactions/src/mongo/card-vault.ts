import type { AesEngine, Pan } from '@openswipe/card';
import type { KeyStore } from '@openswipe/card/host';
import { ensureCollection, insertFirst } from '@openswipe/service-kit';
import { Binary, type Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { createHmac, randomBytes } from 'node:crypto';
import { VAULT_INDEX_KEY, VAULT_KEY } from '../application/key-ids.js';
import type { CardVault } from '../application/ports.js';

/** A PAN at rest: found by a keyed hash (PCI DSS 4.0.1, 3.5.1.1), readable only with the vault key. */
type VaultDocument = {
  /** HMAC-SHA256 of the PAN, hex. */
  readonly _id: string;
  readonly token: string;
  readonly keyId: string;
  readonly nonce: Binary;
  readonly ciphertext: Binary;
  readonly tag: Binary;
};

export class MongoCardVault implements CardVault {
  private constructor(
    private readonly collection: Collection<VaultDocument>,
    private readonly aes: AesEngine,
    private readonly keys: KeyStore,
  ) {}

  static async open(connection: Connection, aes: AesEngine, keys: KeyStore): Promise<MongoCardVault> {
    const collection = await ensureCollection<VaultDocument>(connection, 'vault', [
      { key: { token: 1 }, unique: true },
    ]);
    return new MongoCardVault(collection, aes, keys);
  }

  async tokenise(pans: readonly Pan[]): Promise<readonly string[]> {
    if (pans.length === 0) return [];
    const panByIndex = new Map(pans.map((pan) => [this.#indexOf(pan), pan]));
    const known = await this.#tokens([...panByIndex.keys()]);
    const sealed = [...panByIndex].filter(([index]) => !known.has(index)).map(([index, pan]) => this.#seal(index, pan));
    const allNew = await insertFirst(this.collection, sealed);
    // The same card on another partition was faster: its token counts, for both.
    const added = allNew ? tokensOf(sealed) : await this.#tokens(sealed.map(({ _id }) => _id));
    return pans.map((pan) => {
      const index = this.#indexOf(pan);
      const token = known.get(index) ?? added.get(index);
      if (token === undefined) throw new Error('the vault lost a card that it has just taken');
      return token;
    });
  }

  async #tokens(indexes: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = await this.collection.find({ _id: { $in: [...indexes] } }, { projection: { token: 1 } }).toArray();
    return tokensOf(found);
  }

  #indexOf(pan: Pan): string {
    const key = this.keys.key(VAULT_INDEX_KEY).reveal('vault index');
    return createHmac('sha256', key).update(pan.reveal('vault index')).digest('hex');
  }

  #seal(index: string, pan: Pan): VaultDocument {
    const nonce = new Uint8Array(randomBytes(12));
    const digits = new TextEncoder().encode(pan.reveal('seal in vault'));
    const key = this.keys.key(VAULT_KEY).reveal('seal in vault');
    const { ciphertext, tag } = this.aes.seal(key, nonce, digits, new TextEncoder().encode(index));
    return {
      _id: index,
      token: `card_${randomBytes(16).toString('hex')}`,
      keyId: this.keys.nameOf(VAULT_KEY),
      nonce: new Binary(nonce),
      ciphertext: new Binary(ciphertext),
      tag: new Binary(tag),
    };
  }
}

const tokensOf = (documents: readonly Pick<VaultDocument, '_id' | 'token'>[]): ReadonlyMap<string, string> =>
  new Map(documents.map(({ _id, token }) => [_id, token]));
