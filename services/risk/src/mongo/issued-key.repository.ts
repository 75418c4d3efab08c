import type { Clock } from '@openswipe/kernel';
import { ensureCollection, insertedFirst } from '@openswipe/service-kit';
import type { Connection, mongo } from 'mongoose';
import type { IssuedKeys } from '../application/ports.js';

interface IssuedKeyDocument {
  /** Initial key id, 16 hexadecimal digits. The key itself is derived again from the BDK, never stored. */
  readonly _id: string;
  readonly terminalId: string;
  readonly issuedAt: Date;
}

export class MongoIssuedKeys implements IssuedKeys {
  private constructor(
    private readonly issued: mongo.Collection<IssuedKeyDocument>,
    private readonly clock: Clock,
  ) {}

  static async open(connection: Connection, clock: Clock): Promise<MongoIssuedKeys> {
    return new MongoIssuedKeys(await ensureCollection<IssuedKeyDocument>(connection, 'issued_keys'), clock);
  }

  async issue(initialKeyId: string, terminalId: string): Promise<boolean> {
    const document = { _id: initialKeyId, terminalId, issuedAt: this.clock.now() };
    const [first] = await insertedFirst(this.issued, [document]);
    if (first) return true;
    return (await this.holders([initialKeyId])).get(initialKeyId) === terminalId;
  }

  async holders(initialKeyIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (initialKeyIds.length === 0) return new Map();
    const found = await this.issued.find({ _id: { $in: [...initialKeyIds] } }).toArray();
    return new Map(found.map(({ _id, terminalId }) => [_id, terminalId]));
  }
}
