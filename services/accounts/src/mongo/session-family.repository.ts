import { ensureCollection } from '@openswipe/service-kit';
import type { Connection, Model } from 'mongoose';
import type { SessionFamilies } from '../application/ports.js';
import type { SessionFamily } from '../domain/session-family.js';
import { readBack } from './schema.js';
import { type SessionFamilyDocument, sessionFamilySchema } from './session-family.schema.js';

export class SessionFamilyRepository implements SessionFamilies {
  private constructor(private readonly model: Model<SessionFamilyDocument>) {}

  static async open(connection: Connection): Promise<SessionFamilyRepository> {
    await ensureCollection(connection, 'session_families', [{ key: { expiresAt: 1 } }]);
    return new SessionFamilyRepository(connection.model<SessionFamilyDocument>('SessionFamily', sessionFamilySchema));
  }

  async insert({ id, ...rest }: SessionFamily): Promise<void> {
    await this.model.create({ _id: id, ...rest });
  }

  async find(id: string): Promise<SessionFamily | undefined> {
    const document = await this.model.findById(id);
    if (!document) return undefined;
    const { _id, ...rest } = await readBack(document);
    return { id: _id, ...rest };
  }

  async replace(next: SessionFamily, currentHash: string): Promise<boolean> {
    const { previousHash, rotatedAt, expiresAt } = next;
    const written = await this.model.updateOne(
      { _id: next.id, currentHash, revoked: false },
      { $set: { currentHash: next.currentHash, previousHash, rotatedAt, expiresAt } },
    );
    return written.matchedCount === 1;
  }

  async revoke(id: string): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { revoked: true } });
  }

  async deleteExpired(now: Date): Promise<void> {
    await this.model.deleteMany({ expiresAt: { $lt: now } });
  }
}
