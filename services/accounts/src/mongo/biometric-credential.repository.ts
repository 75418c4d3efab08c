import { ensureCollection, isDuplicateKey } from '@openswipe/service-kit';
import type { Connection, HydratedDocument, Model } from 'mongoose';
import type { BiometricCredentials } from '../application/ports.js';
import type { BiometricCredential } from '../domain/biometric-credential.js';
import { type BiometricCredentialDocument, biometricCredentialSchema } from './biometric-credential.schema.js';
import { readBack } from './schema.js';

export class BiometricCredentialRepository implements BiometricCredentials {
  private constructor(private readonly model: Model<BiometricCredentialDocument>) {}

  static async open(connection: Connection): Promise<BiometricCredentialRepository> {
    const indexes = [{ key: { accountId: 1 as const, terminalId: 1 as const } }, { key: { terminalId: 1 as const } }];
    await ensureCollection(connection, 'biometric_credentials', indexes);
    const model = connection.model<BiometricCredentialDocument>('BiometricCredential', biometricCredentialSchema);
    return new BiometricCredentialRepository(model);
  }

  async insert({ id, ...rest }: BiometricCredential): Promise<boolean> {
    try {
      await this.model.create({ _id: id, ...rest });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async find(id: string): Promise<BiometricCredential | undefined> {
    const document = await this.model.findById(id);
    return document ? toCredential(document) : undefined;
  }

  async listOf(accountId: string, terminalId?: string): Promise<readonly BiometricCredential[]> {
    const whose = { accountId, ...(terminalId === undefined ? {} : { terminalId }) };
    return Promise.all((await this.model.find(whose).sort({ registeredAt: -1, _id: 1 })).map(toCredential));
  }

  async noteUse({ id, revision, counter, uses, lastUsedAt }: BiometricCredential): Promise<boolean> {
    const written = await this.model.updateOne(
      { _id: id, revision },
      { $set: { counter, uses, lastUsedAt, revision: revision + 1 } },
    );
    return written.matchedCount === 1;
  }

  async remove(id: string, accountId: string): Promise<boolean> {
    return (await this.model.deleteOne({ _id: id, accountId })).deletedCount === 1;
  }

  async removeOfTerminal(terminalId: string): Promise<void> {
    await this.model.deleteMany({ terminalId });
  }
}

async function toCredential(document: HydratedDocument<BiometricCredentialDocument>): Promise<BiometricCredential> {
  const { _id, ...rest } = await readBack(document);
  return { id: _id, ...rest };
}
