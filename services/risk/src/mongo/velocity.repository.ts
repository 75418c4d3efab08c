import type { Clock } from '@openswipe/kernel';
import { ensureCollection, ignoringDuplicates } from '@openswipe/service-kit';
import type { Connection, mongo } from 'mongoose';
import type { VelocityCounter } from '../application/ports.js';
import type { AssessmentRequest } from '../domain/assessment.js';
import type { RuleLimits } from '../domain/rule-book.js';
import {
  velocityWindow,
  type VelocityPosition,
  type VelocityScope,
  type VelocityWindow,
} from '../domain/velocity-window.js';

interface WindowDocument {
  readonly _id: string;
  readonly endsAt: Date;
  /** Transaction ids in the order of their coming; full at the scope's limit, so a document stays small. */
  readonly seen: string[];
}

interface Place {
  readonly transactionId: string;
  readonly scope: VelocityScope;
  readonly max: number;
  readonly window: VelocityWindow;
}

type Limits = Pick<RuleLimits, 'velocityMax' | 'velocityWindowMs'>;

/** One document for each card or account and window; three bulk calls for a batch, whatever its size. */
export class MongoVelocity implements VelocityCounter {
  #forgetAfter = 0;

  private constructor(
    private readonly windows: mongo.Collection<WindowDocument>,
    private readonly limits: Limits,
    private readonly clock: Clock,
  ) {}

  static async open(connection: Connection, limits: Limits, clock: Clock): Promise<MongoVelocity> {
    const windows = await ensureCollection<WindowDocument>(connection, 'velocity_windows', [{ key: { endsAt: 1 } }]);
    return new MongoVelocity(windows, limits, clock);
  }

  async count(requests: readonly AssessmentRequest[]): Promise<ReadonlyMap<string, VelocityPosition>> {
    const places = requests.flatMap((request) => this.#placesOf(request));
    const seen = places.length === 0 ? new Map<string, string[]>() : await this.#take(places);
    await this.#forget();
    const positions = new Map<string, VelocityPosition>();
    for (const { transactionId, scope, max, window } of places) {
      const index = seen.get(window.id)?.indexOf(transactionId) ?? -1;
      const before = positions.get(transactionId) ?? { card: 0, account: 0 };
      positions.set(transactionId, { ...before, [scope]: index < 0 ? max + 1 : index + 1 });
    }
    return positions;
  }

  #placesOf({ transactionId, card, accountId, verifiedAt }: AssessmentRequest): Place[] {
    const place = (scope: VelocityScope, key: string): Place[] => {
      const max = this.limits.velocityMax[scope];
      const window = velocityWindow(scope, key, verifiedAt, this.limits.velocityWindowMs);
      return max === 0 ? [] : [{ transactionId, scope, max, window }];
    };
    return [...place('card', card.token), ...place('account', accountId)];
  }

  /** Takes a place in each window, unless the transaction has one or the window is full; gives who is in them. */
  async #take(places: readonly Place[]): Promise<Map<string, string[]>> {
    const windows = [...new Map(places.map(({ window }) => [window.id, window])).values()];
    await ignoringDuplicates(
      this.windows.bulkWrite(
        windows.map(({ id, endsAt }) => ({
          updateOne: { filter: { _id: id }, update: { $setOnInsert: { endsAt, seen: [] } }, upsert: true },
        })),
        { ordered: false },
      ),
    );
    await this.windows.bulkWrite(
      places.map(({ transactionId, window, max }) => ({
        updateOne: {
          filter: { _id: window.id, seen: { $ne: transactionId }, [`seen.${max - 1}`]: { $exists: false } },
          update: { $push: { seen: transactionId } },
        },
      })),
      { ordered: false },
    );
    const found = await this.windows.find({ _id: { $in: windows.map(({ id }) => id) } }).toArray();
    return new Map(found.map(({ _id, seen }) => [_id, seen]));
  }

  /** Old windows go, once in a window's time. */
  async #forget(): Promise<void> {
    const now = this.clock.now().getTime();
    if (now < this.#forgetAfter) return;
    this.#forgetAfter = now + this.limits.velocityWindowMs;
    await this.windows.deleteMany({ endsAt: { $lt: new Date(now - this.limits.velocityWindowMs) } });
  }
}
