import { ensureCollection } from '@openswipe/service-kit';
import type { Connection, Model } from 'mongoose';
import type { BiometricChallenge, BiometricChallenges } from '../application/ports.js';
import { type BiometricChallengeDocument, biometricChallengeSchema } from './biometric-credential.schema.js';

export class BiometricChallengeRepository implements BiometricChallenges {
  private constructor(private readonly model: Model<BiometricChallengeDocument>) {}

  static async open(connection: Connection): Promise<BiometricChallengeRepository> {
    await ensureCollection(connection, 'biometric_challenges', [{ key: { expiresAt: 1 } }]);
    const model = connection.model<BiometricChallengeDocument>('BiometricChallenge', biometricChallengeSchema);
    return new BiometricChallengeRepository(model);
  }

  async insert({ challenge, ...rest }: BiometricChallenge): Promise<void> {
    await this.model.create({ _id: challenge, ...rest });
  }

  async take({ challenge, ...owner }: Omit<BiometricChallenge, 'expiresAt'>, now: Date): Promise<boolean> {
    const taken = await this.model.deleteOne({ _id: challenge, ...owner, expiresAt: { $gt: now } });
    return taken.deletedCount === 1;
  }

  async deleteExpired(now: Date): Promise<void> {
    await this.model.deleteMany({ expiresAt: { $lt: now } });
  }
}
