import type { OutboxEntry } from '@openswipe/service-kit';
import { type Connection, type Model, Schema } from 'mongoose';
import type { AssessmentStatus, Outcome, Reason } from '../domain/assessment.js';

/** `_id` is the transaction id. Of the card only token, BIN, last four. An abandoned one has only status and outbox. */
export interface AssessmentDocument {
  readonly _id: string;
  readonly status: AssessmentStatus;
  readonly orderId?: string;
  readonly accountId?: string;
  readonly terminalId?: string;
  readonly payeeId?: string;
  readonly amountMinor?: bigint;
  readonly currency?: string;
  readonly card?: { readonly token: string; readonly bin: string; readonly last4: string };
  readonly verifiedAt?: Date;
  readonly causationId?: string;
  readonly outcome?: Outcome;
  readonly reasons?: readonly Reason[];
  readonly ruleVersion?: string;
  readonly assessedAt?: Date;
  readonly outbox: OutboxEntry[];
}

const schema = new Schema<AssessmentDocument>(
  {
    _id: { type: String, required: true },
    status: { type: String, required: true },
    orderId: String,
    accountId: String,
    terminalId: String,
    payeeId: String,
    amountMinor: BigInt,
    currency: String,
    card: { type: { token: String, bin: String, last4: String }, _id: false },
    verifiedAt: Date,
    causationId: String,
    outcome: Schema.Types.Mixed,
    reasons: { type: [Schema.Types.Mixed], default: undefined },
    ruleVersion: String,
    assessedAt: Date,
    outbox: [Schema.Types.Mixed],
  },
  // The collection is made at start, before anything writes: some stores fail when two writers create it at once.
  { versionKey: false, minimize: false, autoCreate: false, autoIndex: false },
);

export const ASSESSMENTS = 'assessments';

export const assessmentModel = (connection: Connection): Model<AssessmentDocument> =>
  connection.model<AssessmentDocument>('Assessment', schema, ASSESSMENTS);
