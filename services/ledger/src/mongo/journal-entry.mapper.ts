import { Money } from '@openswipe/kernel';
import { fromInt64, type OutboxEntry } from '@openswipe/service-kit';
import { journalEntry, type JournalEntry } from '../domain/journal-entry.js';
import { posting } from '../domain/posting.js';
import type { JournalEntryDocument } from './journal-entry.schema.js';

export const toDocument = ({ id, postings, ...entry }: JournalEntry, outbox: OutboxEntry[]): JournalEntryDocument => ({
  ...entry,
  _id: id,
  postings: postings.map(({ debit, credit, amount }) => ({
    debit,
    credit,
    amountMinor: amount.amountMinor,
    currency: amount.currency,
  })),
  isSealed: false,
  outbox,
});

/** The store is a door: postings are checked again. */
export const toEntry = ({ _id, postings, ...document }: JournalEntryDocument): JournalEntry =>
  journalEntry({
    id: _id,
    reason: document.reason,
    transactionId: document.transactionId,
    orderId: document.orderId,
    postings: postings.map(({ debit, credit, amountMinor, currency }) =>
      posting(debit, credit, Money.of(fromInt64(amountMinor), currency)),
    ),
    postedAt: document.postedAt,
  });
