import { TOPICS } from '@openswipe/contracts';
import { type OutboxEntry, toOutboxEntry, toRecord } from '@openswipe/service-kit';
import { subjectOf, type JournalEntry } from '../domain/journal-entry.js';
import { toEntryMessage } from '../wire/ledger.mapper.js';

/** The event that tells of an entry: the same entry is the same event, however often it is published. */
export function entryPosted(entry: JournalEntry): OutboxEntry {
  const subject = subjectOf(entry);
  const context = {
    correlationId: subject,
    causationId: entry.transactionId || subject,
    occurredAt: entry.postedAt,
    eventId: `${entry.id}:posted`,
  };
  return toOutboxEntry(
    toRecord(TOPICS.entryPosted, subject, { entry: toEntryMessage(entry) }, context),
    entry.postedAt,
  );
}
