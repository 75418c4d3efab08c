import { ensureCollection, fromInt64, insertFirst } from '@openswipe/service-kit';
import { type Connection, type Model, Schema } from 'mongoose';
import type { BalanceChange, Balances, BalanceTotal } from '../application/ports.js';
import { balanceKey, type Balance, type Effect, type Reservation } from '../domain/balance.js';
import { parseLedgerAccount } from '../domain/ledger-account.js';
import {
  BALANCE_INDEXES,
  BALANCES,
  balanceModel,
  type BalanceDocument,
  markField,
  toBalance,
} from './balance.schema.js';
import { moveForward } from './move-forward.js';

/** Up to which link every balance is complete; `_id` is the partition. */
interface MarkDocument {
  readonly _id: string;
  readonly sequence: number;
}

const markSchema = new Schema<MarkDocument>(
  { _id: { type: String, required: true }, sequence: { type: Number, required: true } },
  { versionKey: false, autoCreate: false, autoIndex: false, strict: 'throw' },
);

const MARKS = 'balance_marks';
const PAGE_SIZE = 100;

export class MongoBalances implements Balances {
  private constructor(
    private readonly model: Model<BalanceDocument>,
    private readonly marks: Model<MarkDocument>,
  ) {}

  static async open(connection: Connection): Promise<MongoBalances> {
    await ensureCollection(connection, BALANCES, BALANCE_INDEXES);
    await ensureCollection(connection, MARKS);
    return new MongoBalances(
      balanceModel(connection),
      connection.model<MarkDocument>('BalanceMark', markSchema, MARKS),
    );
  }

  async open(effects: readonly Effect[]): Promise<void> {
    const wanted = new Map(effects.map((effect) => [balanceKey(effect), emptyBalance(effect)]));
    const existing = await this.model.find({ _id: { $in: [...wanted.keys()] } }, { _id: 1 }).lean();
    for (const { _id } of existing) wanted.delete(_id);
    await insertFirst(this.model, [...wanted.values()]);
  }

  async find(keys: readonly string[]): Promise<readonly Balance[]> {
    return this.#list({ _id: { $in: [...keys] } });
  }

  async listOfOwner(ownerId: string): Promise<readonly Balance[]> {
    return this.#list({ ownerId });
  }

  async change(changes: readonly BalanceChange[]): Promise<boolean> {
    const { matchedCount } = await this.model.bulkWrite(
      changes.map(({ key, partition, from, to, effects }) => {
        const mark = `applied.${markField(partition)}`;
        const postedMinor = effects.reduce((sum, effect) => sum + effect.postedMinor, 0n);
        const reservedMinor = effects.reduce((sum, effect) => sum + effect.reservedMinor, 0n);
        const ended = effects.some(({ endsReservation }) => endsReservation !== undefined);
        return {
          updateOne: {
            filter: { _id: key, [mark]: from ?? { $exists: false } },
            update: {
              $inc: { postedMinor, reservedMinor, availableMinor: postedMinor - reservedMinor },
              $set: { [mark]: to, ...(ended ? { reservation: null } : {}) },
            },
          },
        };
      }) as never[],
      { ordered: false },
    );
    return matchedCount === changes.length;
  }

  async completeUpTo(): Promise<ReadonlyMap<number, number>> {
    return new Map((await this.marks.find().lean()).map(({ _id, sequence }) => [Number(_id), sequence]));
  }

  async markComplete(partition: number, sequence: number): Promise<void> {
    await moveForward(this.marks, { _id: String(partition), sequence });
  }

  async listPayable(afterKey: string): Promise<readonly Balance[]> {
    return this.#list({ _id: { $gt: afterKey }, isPayable: true, availableMinor: { $gt: 0n }, reservation: null });
  }

  async reserve(key: string, reservation: Reservation): Promise<boolean> {
    const { amountMinor } = reservation;
    const { modifiedCount } = await this.model.updateOne(
      { _id: key, reservation: null, availableMinor: { $gte: amountMinor } },
      { $set: { reservation }, $inc: { reservedMinor: amountMinor, availableMinor: -amountMinor } as never },
    );
    return modifiedCount === 1;
  }

  async listReserved(afterKey: string): Promise<readonly Balance[]> {
    return this.#list({ _id: { $gt: afterKey }, isPayable: true, reservation: { $ne: null } });
  }

  async totals(): Promise<readonly BalanceTotal[]> {
    const sums = await this.model.aggregate<{ _id: Omit<BalanceTotal, 'postedMinor'>; postedMinor: bigint }>([
      { $group: { _id: { currency: '$currency', type: '$type' }, postedMinor: { $sum: '$postedMinor' } } },
    ]);
    return sums.map(({ _id, postedMinor }) => ({ ..._id, postedMinor: fromInt64(postedMinor) }));
  }

  async #list(filter: object): Promise<readonly Balance[]> {
    const isPaged = '_id' in filter && 'isPayable' in filter;
    const query = this.model.find(filter as never).sort({ _id: 1 });
    return (await (isPaged ? query.limit(PAGE_SIZE) : query).lean()).map((one) => toBalance(one as BalanceDocument));
  }
}

function emptyBalance({ ledgerAccount, currency }: Effect): BalanceDocument {
  const { name, type, ownerId } = parseLedgerAccount(ledgerAccount);
  const nothing = { postedMinor: 0n, reservedMinor: 0n, availableMinor: 0n, reservation: null, applied: {} };
  const isPayable = name.startsWith('liability:payee:');
  return {
    _id: balanceKey({ ledgerAccount, currency }),
    ledgerAccount,
    currency,
    type,
    ownerId,
    isPayable,
    ...nothing,
  };
}
