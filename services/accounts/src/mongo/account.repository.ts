import { ensureCollection, isDuplicateKey } from '@openswipe/service-kit';
import type { Connection, HydratedDocument, Model } from 'mongoose';
import type { Accounts } from '../application/ports.js';
import type { Account } from '../domain/account.js';
import type { MobileBinding } from '../domain/mobile-binding.js';
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

  async bindMobile(id: string, revision: number, mobile: string | undefined, next: MobileBinding): Promise<boolean> {
    const guard = revision === 0 ? { mobileBinding: { $exists: false } } : { 'mobileBinding.revision': revision };
    const change = mobile === undefined ? { $unset: { mobile: 1 as const } } : {};
    const written = await this.model.updateOne(
      { _id: id, ...guard },
      { ...change, $set: { mobileBinding: next, ...(mobile === undefined ? {} : { mobile }) } },
    );
    return written.matchedCount === 1;
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
