import { ensureCollection, isDuplicateKey } from '@openswipe/service-kit';
import type { Connection, HydratedDocument, Model } from 'mongoose';
import type { Accounts } from '../application/ports.js';
import type { Account } from '../domain/account.js';
import { type AccountDocument, accountSchema } from './account.schema.js';
import { readBack } from './schema.js';

export class AccountRepository implements Accounts {
  private constructor(private readonly model: Model<AccountDocument>) {}

  static async open(connection: Connection): Promise<AccountRepository> {
    await ensureCollection(connection, 'accounts', [{ key: { emailKey: 1 }, unique: true }]);
    return new AccountRepository(connection.model<AccountDocument>('Account', accountSchema));
  }

  async insert({ id, email, ...rest }: Account): Promise<boolean> {
    try {
      await this.model.create({ _id: id, email: email.address, emailKey: email.key, ...rest });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async find(id: string): Promise<Account | undefined> {
    return toAccount(await this.model.findById(id));
  }

  async findByEmailKey(emailKey: string): Promise<Account | undefined> {
    return toAccount(await this.model.findOne({ emailKey }));
  }
}

async function toAccount(document: HydratedDocument<AccountDocument> | null): Promise<Account | undefined> {
  if (!document) return undefined;
  const { _id, email, emailKey, ...rest } = await readBack(document);
  return { id: _id, email: { address: email, key: emailKey }, ...rest };
}
