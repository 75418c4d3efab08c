import { ensureCollection, isDuplicateKey } from '@openswipe/service-kit';
import type { Connection, HydratedDocument, Model } from 'mongoose';
import type { Merchants } from '../application/ports.js';
import type { Merchant } from '../domain/merchant.js';
import { type MerchantDocument, merchantSchema } from './merchant.schema.js';
import { readBack } from './schema.js';

export class MerchantRepository implements Merchants {
  private constructor(private readonly model: Model<MerchantDocument>) {}

  static async open(connection: Connection): Promise<MerchantRepository> {
    await ensureCollection(connection, 'merchants', [
      { key: { apiKeyHash: 1 }, unique: true },
      { key: { idempotencyKey: 1 }, unique: true },
    ]);
    return new MerchantRepository(connection.model<MerchantDocument>('Merchant', merchantSchema));
  }

  async insert({ id, ...rest }: Merchant): Promise<boolean> {
    try {
      await this.model.create({ _id: id, ...rest });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async find(id: string): Promise<Merchant | undefined> {
    return toMerchant(await this.model.findById(id));
  }

  async findAll(ids: readonly string[]): Promise<readonly Merchant[]> {
    const documents = await this.model.find({ _id: { $in: [...ids] } });
    return (await Promise.all(documents.map(toMerchant))).filter((merchant) => merchant !== undefined);
  }

  async findByApiKeyHash(hash: string): Promise<Merchant | undefined> {
    return toMerchant(await this.model.findOne({ apiKeyHash: hash }));
  }

  async findByIdempotencyKey(key: string): Promise<Merchant | undefined> {
    return toMerchant(await this.model.findOne({ idempotencyKey: key }));
  }
}

async function toMerchant(document: HydratedDocument<MerchantDocument> | null): Promise<Merchant | undefined> {
  if (!document) return undefined;
  const { _id, ...rest } = await readBack(document);
  return { id: _id, ...rest };
}
