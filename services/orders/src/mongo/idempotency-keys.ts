import { ensureCollection, isDuplicateKey } from '@openswipe/service-kit';
import { type Connection, type Model, Schema } from 'mongoose';
import type { IdempotencyKeys, KeyUse } from '../application/ports.js';

/** `_id` is `<owner>:<key>`. */
interface KeyDocument extends KeyUse {
  readonly _id: string;
}

const schema = new Schema<KeyDocument>(
  {
    _id: { type: String, required: true },
    orderId: { type: String, required: true },
    fingerprint: { type: String, required: true },
    usedAt: { type: Date, required: true },
  },
  { versionKey: false, autoCreate: false, autoIndex: false, strict: 'throw' },
);

const COLLECTION = 'idempotency_keys';

export class MongoIdempotencyKeys implements IdempotencyKeys {
  private constructor(private readonly model: Model<KeyDocument>) {}

  static async open(connection: Connection): Promise<MongoIdempotencyKeys> {
    await ensureCollection(connection, COLLECTION);
    return new MongoIdempotencyKeys(connection.model<KeyDocument>('IdempotencyKey', schema, COLLECTION));
  }

  async firstUse(owner: string, key: string, use: KeyUse): Promise<KeyUse> {
    const _id = `${owner}:${key}`;
    try {
      await this.model.create({ _id, ...use });
      return use;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return (await this.model.findById(_id).orFail().lean()) as KeyUse;
    }
  }
}
