import type { Money } from '@openswipe/kernel';
import { ensureCollection, fromInt64, isDuplicateKey, toInt64 } from '@openswipe/service-kit';
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
  /** Transactions whose amount came back: a set, so none comes back twice. */
  readonly returned: string[];
}

/** Money taken from a limit for one transaction. An authorization names the one hold that it stands on. */
export interface Hold {
  readonly limitId: string;
  readonly holdId: string;
}

/** Every move is one guarded write of one document: two authorizations at once cannot spend the same money. */
export class IssuerLimits {
  private constructor(
    private readonly limits: mongo.Collection<LimitDocument>,
    private readonly dailyLimitMinor: bigint,
  ) {}

  static async open(connection: Connection, dailyLimitMinor: bigint, reset: boolean): Promise<IssuerLimits> {
    const limits = await ensureCollection<LimitDocument>(connection, 'issuer_limits');
    if (reset) await limits.deleteMany({});
    return new IssuerLimits(limits, dailyLimitMinor);
  }

  /** @param day YYYY-MM-DD, UTC. Null where too little is left. One that a crash left open is taken over. */
  async take(cardId: string, transactionId: string, amount: Money, day: string): Promise<Hold | null> {
    const limitId = `${cardId}:${amount.currency}:${day}`;
    const amountMinor = toInt64(amount.amountMinor);
    const hold = { holdId: randomUUID(), transactionId, amountMinor };
    const take = () =>
      this.limits.updateOne(
        { _id: limitId, leftMinor: { $gte: amountMinor }, 'open.transactionId': { $ne: transactionId } },
        { $inc: { leftMinor: toInt64(-amount.amountMinor) }, $push: { open: hold } },
      );
    for (;;) {
      if ((await take()).matchedCount === 1) return { limitId, holdId: hold.holdId };
      const limit = await this.limits.findOne({ _id: limitId });
      const left = limit?.open.find((each) => each.transactionId === transactionId);
      if (left) return { limitId, holdId: left.holdId };
      if (limit && fromInt64(limit.leftMinor) < amount.amountMinor) return null;
      // Nobody has opened the day, or somebody has since we tried: again.
      if (!limit) await this.#openDay(limitId);
    }
  }

  /** The authorization is written: the hold needs no remembering. */
  async settle({ limitId, holdId }: Hold): Promise<void> {
    await this.limits.updateOne({ _id: limitId }, { $pull: { open: { holdId } } });
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
