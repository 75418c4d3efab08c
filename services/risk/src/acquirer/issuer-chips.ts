import type { Key, Pan } from '@openswipe/card';
import { isForFee, parseField55 } from '@openswipe/card/emv';
import { verifyCryptogram } from '@openswipe/card/emv/issuer';
import { DomainError, type Money } from '@openswipe/kernel';
import { ensureCollection, isDuplicateKey } from '@openswipe/service-kit';
import type { Connection, mongo } from 'mongoose';
import type { AuthorizationRequest } from '../application/ports.js';
import { declined, type Declined } from '../domain/assessment.js';
import type { IssuerSecrets } from './issuer-secrets.js';

interface ChipDocument {
  /** Keyed hash of PAN and PAN sequence number. */
  readonly _id: string;
  /** The highest application transaction counter (9F36) that came with a true cryptogram. */
  readonly counter: number;
  /** Transactions that moved it, but are not booked yet: after a crash in between they are no replay. */
  readonly open: string[];
}

const DAY_MS = 86_400_000;

/** The issuer's chips: which cryptogram is true, and how far each card has counted. */
export class IssuerChips {
  private constructor(
    private readonly chips: mongo.Collection<ChipDocument>,
    private readonly secrets: IssuerSecrets,
    private readonly key: Key | null,
  ) {}

  /** @param key issuer master key for application cryptograms; null: this issuer declines what a chip has made. */
  static async open(connection: Connection, secrets: IssuerSecrets, key: Key | null, reset: boolean) {
    const chips = await ensureCollection<ChipDocument>(connection, 'issuer_chips');
    if (reset) await chips.deleteMany({});
    return new IssuerChips(chips, secrets, key);
  }

  /**
   * Null: the cryptogram is true, for this payment and new; from now on its counter is used up, whatever else speaks
   * against the payment. A false one moves nothing. Call `settle` when the transaction is booked.
   */
  async refusal(request: AuthorizationRequest, now: Date): Promise<Declined | null> {
    const { field55, pan, amount, transactionId } = request;
    if (!field55) return null;
    if (!this.key) return declined('RISK.DECLINED_BY_ISSUER', { reason: 'chip-key-missing' });
    const wrong = whatIsWrong(this.key, pan, field55.reveal('verify the cryptogram'), amount, now);
    if (wrong) return declined('RISK.CRYPTOGRAM_WRONG', { reason: wrong });
    const { chipId, counter } = this.#countOf(pan, field55.reveal('counter of the chip'));
    const isNew = await this.#moveForward(chipId, counter, transactionId);
    return isNew ? null : declined('RISK.CRYPTOGRAM_REPLAYED');
  }

  /** The transaction is booked: its place in the count needs no remembering. */
  async settle({ field55, pan, transactionId }: AuthorizationRequest): Promise<void> {
    if (!field55 || !this.key) return;
    const { chipId } = this.#countOf(pan, field55.reveal('counter of the chip'));
    await this.chips.updateOne({ _id: chipId, open: transactionId }, { $pull: { open: transactionId } });
  }

  async #moveForward(chipId: string, counter: number, transactionId: string): Promise<boolean> {
    await this.chips
      .updateOne({ _id: chipId }, { $setOnInsert: { counter: -1, open: [] } }, { upsert: true })
      .catch(ignoreTaken);
    const { matchedCount } = await this.chips.updateOne(
      { _id: chipId, counter: { $lt: counter }, open: { $ne: transactionId } },
      { $set: { counter }, $push: { open: transactionId } },
    );
    return matchedCount === 1 || (await this.chips.findOne({ _id: chipId, open: transactionId })) !== null;
  }

  #countOf(pan: Pan, field55: string) {
    const values = parseField55(field55);
    const sequence = values.get('5f34')?.[0] ?? 0;
    const [high = 0, low = 0] = values.get('9f36') ?? [];
    return { chipId: this.secrets.chipId(pan, sequence), counter: (high << 8) | low };
  }
}

/** Undefined: nothing is. */
function whatIsWrong(key: Key, pan: Pan, field55: string, amount: Money, now: Date): string | undefined {
  try {
    const values = parseField55(field55);
    const fee = { amountMinor: amount.amountMinor.toString(), currency: amount.currency };
    if (!verifyCryptogram(key, pan, field55)) return 'cryptogram';
    if (!isForFee(values, fee)) return 'other-payment';
    return isOfTheseDays(values.get('9a'), now) ? undefined : 'date';
  } catch (error) {
    if (error instanceof DomainError) return 'data-missing';
    throw error;
  }
}

/** The date (9A, YYMMDD) is the terminal's own, wherever it stands: a day more or less than ours. */
function isOfTheseDays(date: Uint8Array | undefined, now: Date): boolean {
  const digits = Buffer.from(date ?? []).toString('hex');
  return [-DAY_MS, 0, DAY_MS].some((away) => {
    const day = new Date(now.getTime() + away).toISOString();
    return digits === day.slice(2, 10).replaceAll('-', '');
  });
}

/** Another authorization of the same card was first. */
function ignoreTaken(error: unknown): void {
  if (!isDuplicateKey(error)) throw error;
}
