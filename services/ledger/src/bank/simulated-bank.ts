import type { Clock, Money } from '@openswipe/kernel';
import { ensureCollection, insertFirst } from '@openswipe/service-kit';
import { type Connection, type Model, Schema } from 'mongoose';
import { type BankAccount, type BankTransfer, last4Of, type TransferOutcome } from '../application/ports.js';

/** What the bank keeps of a transfer; `_id` is the payout id. */
interface TransferDocument {
  readonly _id: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly bankCode: string;
  readonly last4: string;
  readonly acceptedAt: Date;
}

const schema = new Schema<TransferDocument>(
  {
    _id: { type: String, required: true },
    amountMinor: { type: BigInt, required: true },
    currency: { type: String, required: true },
    bankCode: { type: String, default: '' },
    last4: { type: String, default: '' },
    acceptedAt: { type: Date, required: true },
  },
  { versionKey: false, autoCreate: false, autoIndex: false, strict: 'throw' },
);

const COLLECTION = 'simulated_bank_transfers';
/** Bank account numbers with this end are closed at this bank: the money comes back. */
const CLOSED_SUFFIX = '0000';

/** A bank that moves no real money: it remembers each transfer once and confirms or returns it after a while. */
export class SimulatedBank implements BankTransfer {
  private constructor(
    private readonly model: Model<TransferDocument>,
    private readonly clock: Clock,
    private readonly delayMs: number,
  ) {}

  static async open(connection: Connection, clock: Clock, delaySeconds: number): Promise<SimulatedBank> {
    await ensureCollection(connection, COLLECTION);
    const model = connection.model<TransferDocument>('SimulatedBankTransfer', schema, COLLECTION);
    return new SimulatedBank(model, clock, delaySeconds * 1_000);
  }

  async send(payoutId: string, { amountMinor, currency }: Money, to: BankAccount): Promise<void> {
    const { bankCode } = to;
    const transfer = { amountMinor, currency, bankCode, last4: last4Of(to), acceptedAt: this.clock.now() };
    await insertFirst(this.model, [{ _id: payoutId, ...transfer }]);
  }

  async outcomeOf(payoutId: string): Promise<TransferOutcome | undefined> {
    const transfer = await this.model.findById(payoutId).lean();
    if (!transfer) return undefined;
    // It has the clocks of its callers: what one that is a day ahead sent is not under way for a day.
    const apartMs = Math.abs(this.clock.now().getTime() - transfer.acceptedAt.getTime());
    if (apartMs < this.delayMs) return 'pending';
    return transfer.last4.endsWith(CLOSED_SUFFIX) ? 'returned' : 'confirmed';
  }
}
