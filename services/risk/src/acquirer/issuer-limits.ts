import type { Money } from '@openswipe/kernel';
import { Coalescer, ensureCollection, fromInt64, isDuplicateKey, toInt64 } from '@openswipe/service-kit';
import type { Connection, mongo } from 'mongoose';
import { randomUUID } from 'node:crypto';

type Long = ReturnType<typeof toInt64>;

interface OpenHold {
  readonly holdId: string;
  readonly transactionId: string;
  readonly amountMinor: Long;
}

/** Open-to-buy of one card in one currency on one day. */
interface LimitDocument {
  /** `<card id>:<currency>:<day>`: the next day has a document of its own, which is the refill. */
  readonly _id: string;
  readonly leftMinor: Long;
  /** Taken, but not yet in an authorization: a crash in between is found again here. */
  readonly open: OpenHold[];
  /** The latest transactions whose hold went into an authorization: none of them takes a second one. */
  readonly settled?: string[];
  /** Transactions whose amount came back: a set, so none comes back twice. */
  readonly returned: string[];
}

const SETTLED_KEPT = 200;

/** Money taken from a limit for one transaction. An authorization names the one hold that it stands on. */
export interface Hold {
  readonly limitId: string;
  readonly holdId: string;
}

interface SettledHold extends Hold {
  readonly transactionId: string;
}

/** Every move is one guarded write of one document: two authorizations at once cannot spend the same money. */
export class IssuerLimits {
  readonly #takes = new Coalescer((wanted: readonly { limitId: string; hold: OpenHold }[]) => this.#takeAll(wanted));
  readonly #settlements = new Coalescer((holds: readonly SettledHold[]) => this.#settleAll(holds));

  private constructor(
    private readonly limits: mongo.Collection<LimitDocument>,
    private readonly dailyLimitMinor: bigint,
  ) {}

  static async open(connection: Connection, dailyLimitMinor: bigint, reset: boolean): Promise<IssuerLimits> {
    const limits = await ensureCollection<LimitDocument>(connection, 'issuer_limits');
    if (reset) await limits.deleteMany({});
    return new IssuerLimits(limits, dailyLimitMinor);
  }

  /**
   * @param day YYYY-MM-DD, UTC
   * Null where too little is left; `settled` where the transaction has its authorization by now. One that a crash left
   * open is taken over.
   */
  async take(cardId: string, transactionId: string, amount: Money, day: string): Promise<Hold | 'settled' | null> {
    const limitId = `${cardId}:${amount.currency}:${day}`;
    const hold: OpenHold = { holdId: randomUUID(), transactionId, amountMinor: toInt64(amount.amountMinor) };
    for (;;) {
      const limit = await this.#takes.run({ limitId, hold });
      const taken = limit?.open.find((each) => each.transactionId === transactionId);
      if (taken) return { limitId, holdId: taken.holdId };
      if (limit?.settled?.includes(transactionId)) return 'settled';
      if (limit && fromInt64(limit.leftMinor) < amount.amountMinor) return null;
      // Nobody has opened the day, or somebody has since we tried: again.
      if (!limit) await this.#openDay(limitId);
    }
  }

  /** Takes what can be taken, and gives the limits as they are then. */
  async #takeAll(wanted: readonly { limitId: string; hold: OpenHold }[]): Promise<(LimitDocument | undefined)[]> {
    await this.limits.bulkWrite(
      wanted.map(({ limitId, hold }) => ({
        updateOne: {
          filter: {
            _id: limitId,
            leftMinor: { $gte: hold.amountMinor },
            'open.transactionId': { $ne: hold.transactionId },
            settled: { $ne: hold.transactionId },
          },
          update: { $inc: { leftMinor: hold.amountMinor.negate() }, $push: { open: hold } },
        },
      })),
      { ordered: false },
    );
    const found = await this.limits.find({ _id: { $in: wanted.map(({ limitId }) => limitId) } }).toArray();
    return wanted.map(({ limitId }) => found.find(({ _id }) => _id === limitId));
  }

  /** The authorization is written: the hold needs no remembering. */
  settle(hold: Hold, transactionId: string): Promise<void> {
    return this.#settlements.run({ ...hold, transactionId });
  }

  async #settleAll(holds: readonly SettledHold[]): Promise<void> {
    const byLimit = Map.groupBy(holds, ({ limitId }) => limitId);
    const updates = [...byLimit].map(([_id, group]) => ({
      updateOne: {
        filter: { _id },
        update: {
          $pull: { open: { holdId: { $in: group.map(({ holdId }) => holdId) } } },
          $push: { settled: { $each: group.map(({ transactionId }) => transactionId), $slice: -SETTLED_KEPT } },
        },
      },
    }));
    await this.limits.bulkWrite(updates, { ordered: false });
  }

  /** Gives back, once, a hold that no authorization stands on. */
  async release({ limitId, holdId }: Hold): Promise<void> {
    const limit = await this.limits.findOne({ _id: limitId, 'open.holdId': holdId });
    const hold = limit?.open.find((each) => each.holdId === holdId);
    if (!hold) return;
    await this.limits.updateOne(
      { _id: limitId, 'open.holdId': holdId },
      { $inc: { leftMinor: hold.amountMinor }, $pull: { open: { holdId } } },
    );
  }

  /** As `release`, for whatever a crash left open of a transaction. Only where it has no authorization. */
  async releaseOpen(transactionId: string): Promise<void> {
    const limits = await this.limits.find({ 'open.transactionId': transactionId }).toArray();
    for (const { _id, open } of limits) {
      const own = open.filter((each) => each.transactionId === transactionId);
      for (const { holdId } of own) await this.release({ limitId: _id, holdId });
    }
  }

  /** Gives back, once, the amount of a reversed authorization. */
  async giveBack({ limitId, holdId }: Hold, transactionId: string, amountMinor: bigint): Promise<void> {
    await this.limits.updateOne(
      { _id: limitId, returned: { $ne: transactionId } },
      {
        $inc: { leftMinor: toInt64(amountMinor) },
        $push: { returned: transactionId },
        $pull: { open: { holdId } },
      },
    );
  }

  async #openDay(limitId: string): Promise<void> {
    const document = { leftMinor: toInt64(this.dailyLimitMinor), open: [], returned: [] };
    await this.limits.updateOne({ _id: limitId }, { $setOnInsert: document }, { upsert: true }).catch(ignoreTaken);
  }
}

/** Another authorization of the same card opened the day first. */
function ignoreTaken(error: unknown): void {
  if (!isDuplicateKey(error)) throw error;
}
