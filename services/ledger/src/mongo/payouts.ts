import { Money } from '@openswipe/kernel';
import { ensureCollection, fromInt64, insertFirst } from '@openswipe/service-kit';
import { type Connection, type Model, Schema } from 'mongoose';
import type { Payouts } from '../application/ports.js';
import { PAYOUT_STATUSES, type Payout, type PayoutStatus } from '../domain/payout.js';

interface PayoutDocument extends Omit<Payout, 'id' | 'amount'> {
  readonly _id: string;
  readonly amountMinor: bigint;
  readonly currency: string;
}

const text = { type: String, required: true };

const schema = new Schema<PayoutDocument>(
  {
    _id: text,
    payeeId: text,
    amountMinor: { type: BigInt, required: true },
    currency: text,
    status: { type: String, enum: PAYOUT_STATUSES, required: true },
    bankCode: { type: String, default: '' },
    bankAccountLast4: { type: String, default: '' },
    requestedAt: { type: Date, required: true },
    changedAt: { type: Date, required: true },
  },
  { versionKey: false, autoCreate: false, autoIndex: false, strict: 'throw' },
);

const COLLECTION = 'payouts';
const PAGE_SIZE = 100;

export class MongoPayouts implements Payouts {
  private constructor(private readonly model: Model<PayoutDocument>) {}

  static async open(connection: Connection): Promise<MongoPayouts> {
    await ensureCollection(connection, COLLECTION, [{ key: { payeeId: 1, status: 1 } }, { key: { status: 1 } }]);
    return new MongoPayouts(connection.model<PayoutDocument>('Payout', schema, COLLECTION));
  }

  async insertFirst(payouts: readonly Payout[]): Promise<void> {
    const documents = payouts.map(({ id, amount, ...payout }) => ({
      ...payout,
      _id: id,
      amountMinor: amount.amountMinor,
      currency: amount.currency,
    }));
    await insertFirst(this.model, documents);
  }

  async move(before: Payout, { status, changedAt }: Payout): Promise<void> {
    await this.model.updateOne({ _id: before.id, status: before.status }, { $set: { status, changedAt } });
  }

  async listInStatus(status: PayoutStatus, afterId: string): Promise<readonly Payout[]> {
    const found = this.model
      .find({ status, _id: { $gt: afterId } })
      .sort({ _id: 1 })
      .limit(PAGE_SIZE);
    return (await found.lean()).map(readPayout);
  }

  async listOfPayee(payeeId: string): Promise<readonly Payout[]> {
    return (await this.model.find({ payeeId }).sort({ _id: -1 }).limit(PAGE_SIZE).lean()).map(readPayout);
  }

  async lastReturned(payeeId: string): Promise<Payout | undefined> {
    const found = await this.model.find({ payeeId, status: 'returned' }).sort({ _id: -1 }).limit(1).lean();
    return found.map(readPayout)[0];
  }
}

function readPayout(document: object): Payout {
  const { _id, amountMinor, currency, ...payout } = document as PayoutDocument;
  return { ...payout, id: _id, amount: Money.of(fromInt64(amountMinor), currency) };
}
