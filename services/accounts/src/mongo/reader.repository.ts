import { ensureCollection, isDuplicateKey } from '@openswipe/service-kit';
import type { Connection, HydratedDocument, Model } from 'mongoose';
import type { Readers } from '../application/ports.js';
import { READER_FACTS, type Reader, type ReaderFact } from '../domain/reader.js';
import { type ReaderDocument, readerSchema } from './reader.schema.js';
import { readBack } from './schema.js';

export class ReaderRepository implements Readers {
  private constructor(private readonly model: Model<ReaderDocument>) {}

  static async open(connection: Connection): Promise<ReaderRepository> {
    await ensureCollection(connection, 'readers', [
      { key: { applicationKey: 1 }, unique: true },
      { key: { serialKey: 1 }, unique: true },
      { key: { initialKeyKey: 1 }, unique: true },
      { key: { replacementKey: 1 }, unique: true },
      { key: { accountId: 1 } },
      { key: { untold: 1 } },
    ]);
    return new ReaderRepository(connection.model<ReaderDocument>('Reader', readerSchema));
  }

  async insert(reader: Reader): Promise<boolean> {
    const { id, replacedByReaderId: _derived, ...rest } = reader;
    try {
      await this.model.create({ _id: id, ...rest, ...keysOf(reader) });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async find(id: string): Promise<Reader | undefined> {
    return (await this.#read(await this.model.find({ _id: id })))[0];
  }

  async findByApplicationKey(applicationKey: string): Promise<Reader | undefined> {
    return (await this.#read(await this.model.find({ applicationKey })))[0];
  }

  async findBySerialNumber(serialNumber: string): Promise<Reader | undefined> {
    return (await this.#read(await this.model.find({ serialKey: serialNumber })))[0];
  }

  async findByInitialKeyId(initialKeyId: string): Promise<Reader | undefined> {
    return (await this.#read(await this.model.find({ initialKeyKey: initialKeyId })))[0];
  }

  async findReplacement(readerId: string): Promise<Reader | undefined> {
    return (await this.#read(await this.model.find({ replacementKey: readerId })))[0];
  }

  async listOf(accountId: string): Promise<readonly Reader[]> {
    return this.#read(await this.model.find({ accountId }).sort({ _id: -1 }));
  }

  async listAll(pageSize: number, afterId: string): Promise<readonly Reader[]> {
    return this.#read(
      await this.model
        .find({ _id: { $gt: afterId } })
        .sort({ _id: 1 })
        .limit(pageSize),
    );
  }

  async replace(reader: Reader): Promise<'written' | 'raced' | 'serial-taken'> {
    const { id, revision, untold, replacedByReaderId: _derived, ...rest } = reader;
    try {
      const written = await this.model.updateOne(
        { _id: id, revision },
        // What is being told at this moment leaves the list by itself.
        {
          $set: { ...rest, ...keysOf(reader), revision: revision + 1 },
          $addToSet: { untold: { $each: [...untold] } },
        },
      );
      return written.matchedCount === 1 ? 'written' : 'raced';
    } catch (error) {
      if (isDuplicateKey(error)) return 'serial-taken';
      throw error;
    }
  }

  async listUntold(countMax: number): Promise<readonly Reader[]> {
    return this.#read(await this.model.find({ untold: { $in: [...READER_FACTS] } }).limit(countMax));
  }

  async markTold(id: string, facts: readonly ReaderFact[]): Promise<void> {
    await this.model.updateOne({ _id: id }, { $pull: { untold: { $in: [...facts] } } });
  }

  async #read(documents: readonly HydratedDocument<ReaderDocument>[]): Promise<readonly Reader[]> {
    const lost = documents.filter(({ status }) => status === 'lost').map(({ _id }) => _id);
    const replacements = lost.length === 0 ? [] : await this.model.find({ replacementKey: { $in: lost } });
    const replacementOf = new Map(replacements.map(({ _id, replacementKey }) => [replacementKey, _id]));
    return Promise.all(documents.map((document) => toReader(document, replacementOf.get(document._id))));
  }
}

const keysOf = ({ id, status, serialNumber, initialKeyId, replacesReaderId }: Reader) => ({
  serialKey: serialNumber ?? id,
  initialKeyKey: initialKeyId ?? id,
  // Never its own id alone: that is the key of what replaces it.
  replacementKey: (status === 'canceled' ? undefined : replacesReaderId) ?? `none/${id}`,
});

async function toReader(document: HydratedDocument<ReaderDocument>, replacedBy: string | undefined): Promise<Reader> {
  const { _id, serialKey: _s, initialKeyKey: _i, replacementKey: _r, ...rest } = await readBack(document);
  return { id: _id, ...rest, ...(replacedBy === undefined ? {} : { replacedByReaderId: replacedBy }) };
}
