import { TOPICS, type EntryPosted } from '@openswipe/contracts';
import type { Consumers, Received } from '@openswipe/service-kit';
import type { ApplyPostedEntries, PostedEntry } from '../application/apply-posted-entries.js';

export class PostedEntriesConsumer {
  constructor(consumers: Consumers, apply: ApplyPostedEntries) {
    consumers.on(TOPICS.entryPosted, (batch) => apply.execute(batch.flatMap(toSettleEntry)));
  }
}

/** Only the entry that settles a transaction matters here; payouts and refunds are others' business. */
function toSettleEntry({ value: { entry }, headers }: Received<EntryPosted>): readonly PostedEntry[] {
  if (!entry?.transactionId || entry.id !== `${entry.transactionId}:settle`) return [];
  const { id, transactionId } = entry;
  return [{ transactionId, journalEntryId: id, causationId: headers['event-id'] ?? id }];
}
