import type { OutboxEntry } from '@openswipe/service-kit';
import { type Connection, type Model, Schema } from 'mongoose';
import { ENTRY_REASONS, type JournalEntry } from '../domain/journal-entry.js';

/** The entry itself never changes; `isSealed` and `outbox` are about its way out, not about what it says. */
export interface JournalEntryDocument extends Omit<JournalEntry, 'id' | 'postings'> {
  readonly _id: string;
  readonly postings: readonly {
    readonly debit: string;
    readonly credit: string;
    readonly amountMinor: bigint;
    readonly currency: string;
  }[];
  readonly isSealed: boolean;
  readonly outbox: OutboxEntry[];
}

const schema = new Schema<JournalEntryDocument>(
  {
    _id: { type: String, required: true },
    reason: { type: String, enum: ENTRY_REASONS, required: true },
    transactionId: { type: String, default: '' },
    orderId: { type: String, default: '' },
    postings: [{ _id: false, debit: String, credit: String, amountMinor: BigInt, currency: String }],
    postedAt: { type: Date, required: true },
    isSealed: { type: Boolean, required: true },
    outbox: [Schema.Types.Mixed],
  },
  // The collection is made at start, before anything writes: some stores fail when two writers create it at once.
  { versionKey: false, autoCreate: false, autoIndex: false, strict: 'throw' },
);

export const JOURNAL = 'journal_entries';

export const JOURNAL_INDEXES = [
  { key: { orderId: 1 } },
  { key: { isSealed: 1, postedAt: 1 } },
  { key: { 'outbox.at': 1 } },
] as const;

export const journalModel = (connection: Connection): Model<JournalEntryDocument> =>
  connection.model<JournalEntryDocument>('JournalEntry', schema, JOURNAL);
