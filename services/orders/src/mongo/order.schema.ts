import type { OutboxEntry } from '@openswipe/service-kit';
import { type Connection, type Model, Schema } from 'mongoose';
import type { Card, Claim, FailedAttempt, Order, Payment, StatusChange } from '../domain/order.js';
import { ORDER_STATUSES } from '../domain/order-status.js';

/** Free names of the shop are values here, never field names: a dot or a dollar sign in one does no harm. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** The order as stored; amounts and version are int64. */
export interface OrderDocument extends Omit<Order, 'id' | 'total' | 'lines' | 'lastFailure'> {
  readonly _id: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly lines: readonly {
    readonly name: string;
    readonly quantity: number;
    readonly unitAmountMinor: bigint;
    readonly attributes: readonly NamedValue[];
  }[];
  readonly lastFailure: (Omit<FailedAttempt, 'facts'> & { readonly facts: readonly NamedValue[] }) | null;
  readonly outbox: OutboxEntry[];
}

const text = { type: String, default: '' };
const namedValue = { _id: false, name: String, value: String };
const part = <T>(fields: object): Schema<T> => new Schema<T>(fields as never, { _id: false });

const schema = new Schema<OrderDocument>(
  {
    _id: { type: String, required: true },
    kind: { type: String, enum: ['pay', 'collect'], required: true },
    status: { type: String, enum: ORDER_STATUSES, required: true },
    merchantId: text,
    payeeId: { type: String, required: true },
    payeeName: { type: String, required: true },
    targetAccountId: text,
    amountMinor: { type: BigInt, required: true },
    currency: { type: String, required: true },
    lines: [{ _id: false, name: String, quantity: Number, unitAmountMinor: BigInt, attributes: [namedValue] }],
    terms: text,
    merchantReference: text,
    returnUrl: text,
    cancelUrl: text,
    digest: { type: String, required: true },
    claim: { type: part<Claim>({ terminalId: String, expiresAt: Date }), default: null },
    transactionId: { type: String, default: null },
    lastFailure: {
      type: part<FailedAttempt>({ transactionId: String, reasonCode: String, facts: [namedValue], at: Date }),
      default: null,
    },
    payment: {
      type: part<Payment>({
        transactionId: String,
        card: {
          type: part<Card>({
            cardToken: String,
            bin: String,
            last4: String,
            brand: String,
            entryMode: String,
            readerKind: String,
            readerProtected: Boolean,
          }),
          default: null,
        },
        authorizationCode: String,
        journalEntryId: String,
        paidAt: Date,
      }),
      default: null,
    },
    history: [part<StatusChange>({ status: { type: String, enum: ORDER_STATUSES }, at: Date })],
    version: { type: BigInt, required: true },
    createdAt: { type: Date, required: true },
    changedAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    outbox: [Schema.Types.Mixed],
  },
  // The collection is made at start, before anything writes: some stores fail when two writers create it at once.
  { versionKey: false, minimize: false, autoCreate: false, autoIndex: false, strict: 'throw' },
);

export const ORDERS = 'orders';

export const ORDER_INDEXES = [
  { key: { targetAccountId: 1, status: 1 } },
  { key: { merchantId: 1, _id: -1 } },
  { key: { status: 1, expiresAt: 1 } },
  { key: { status: 1, 'claim.expiresAt': 1 } },
  { key: { 'outbox.at': 1 } },
] as const;

export const orderModel = (connection: Connection): Model<OrderDocument> =>
  connection.model<OrderDocument>('Order', schema, ORDERS);
