import { fromInt64 } from '@openswipe/service-kit';
import { type Connection, type Model, Schema } from 'mongoose';
import type { Balance, Reservation } from '../domain/balance.js';
import { parseLedgerAccount } from '../domain/ledger-account.js';

/** `_id` is `<ledger account>|<currency>`; amounts are int64. */
export interface BalanceDocument {
  readonly _id: string;
  readonly ledgerAccount: string;
  readonly currency: string;
  readonly type: 'asset' | 'liability';
  readonly ownerId: string;
  /** A payee's own balance, not what is in transit to its bank. */
  readonly isPayable: boolean;
  readonly postedMinor: bigint;
  readonly reservedMinor: bigint;
  /** posted − reserved, kept beside them so that a guard can compare it. */
  readonly availableMinor: bigint;
  readonly reservation: Reservation | null;
  /** `p<partition>` → sequence. */
  readonly applied: Readonly<Record<string, number>>;
}

const amount = { type: BigInt, required: true };
const text = { type: String, required: true };

const reservationSchema = new Schema<Reservation>(
  { payoutId: text, amountMinor: amount, bankCode: String, bankAccountLast4: String, reservedAt: Date },
  { _id: false },
);

const schema = new Schema<BalanceDocument>(
  {
    _id: text,
    ledgerAccount: text,
    currency: text,
    // A field that is itself called `type`.
    type: { type: String, enum: ['asset', 'liability'], required: true },
    ownerId: { type: String, default: '' },
    isPayable: { type: Boolean, required: true },
    postedMinor: amount,
    reservedMinor: amount,
    availableMinor: amount,
    reservation: { type: reservationSchema, default: null },
    applied: { type: Schema.Types.Mixed, required: true },
  },
  { versionKey: false, minimize: false, autoCreate: false, autoIndex: false, strict: 'throw' },
);

export const BALANCES = 'balances';

export const BALANCE_INDEXES = [
  { key: { ownerId: 1 } },
  { key: { isPayable: 1, availableMinor: 1 } },
  { key: { 'reservation.payoutId': 1 } },
] as const;

export const balanceModel = (connection: Connection): Model<BalanceDocument> =>
  connection.model<BalanceDocument>('Balance', schema, BALANCES);

export const markField = (partition: number): string => `p${partition}`;

/** The store is a door: names and amounts are parsed again. */
export const toBalance = (document: BalanceDocument): Balance => ({
  ledgerAccount: parseLedgerAccount(document.ledgerAccount).name,
  currency: document.currency,
  postedMinor: fromInt64(document.postedMinor),
  reservedMinor: fromInt64(document.reservedMinor),
  reservation: document.reservation && {
    ...document.reservation,
    amountMinor: fromInt64(document.reservation.amountMinor),
  },
  applied: new Map(Object.entries(document.applied).map(([field, sequence]) => [Number(field.slice(1)), sequence])),
});
