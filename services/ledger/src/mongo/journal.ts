import { ensureCollection, type OutboxEntry, type OutboxRelay, insertFirst } from '@openswipe/service-kit';
import type { Connection, Model } from 'mongoose';
import type { Journal } from '../application/ports.js';
import { isSameMovement, type JournalEntry } from '../domain/journal-entry.js';
import { refusals } from '../domain/ledger-errors.js';
import { toDocument, toEntry } from './journal-entry.mapper.js';
import { JOURNAL, JOURNAL_INDEXES, journalModel, type JournalEntryDocument } from './journal-entry.schema.js';

/** Without news of our own, another process's unsealed entries are looked for this often, milliseconds. */
const LOOK_INTERVAL_MS = 10_000;

export class MongoJournal implements Journal {
  /** Looking for unsealed entries may read the whole journal where the store lacks that index: only upon news. */
  #hasNews = true;
  #lookedAtMs = 0;

  private constructor(
    private readonly model: Model<JournalEntryDocument>,
    private readonly relay: OutboxRelay,
    private readonly toEvent: (entry: JournalEntry) => OutboxEntry,
  ) {}

  /** @param toEvent the event that tells of an entry. */
  static async open(
    connection: Connection,
    relay: OutboxRelay,
    toEvent: (entry: JournalEntry) => OutboxEntry,
  ): Promise<MongoJournal> {
    await ensureCollection(connection, JOURNAL, JOURNAL_INDEXES);
    const model = journalModel(connection);
    relay.watch(model.collection as never);
    return new MongoJournal(model, relay, toEvent);
  }

  async post(entries: readonly JournalEntry[]): Promise<void> {
    const first = onePerId(entries);
    const documents = first.map((entry) => toDocument(entry, [this.toEvent(entry)]));
    // By the driver: each entry was checked when it was made, and mongoose's own check costs more than the write.
    const isAllNew = await insertFirst(this.model.collection, documents);
    this.#hasNews = true;
    if (isAllNew) return this.#relay(documents);
    // What was there already is told once more, as the store has it: who asks again may have lost the first telling.
    const stored = (await this.#read(first.map(({ id }) => id))).map(toEntry);
    const byId = new Map(stored.map((entry) => [entry.id, entry]));
    const conflict = first.find((entry) => !isSameMovement(entry, byId.get(entry.id) ?? entry));
    await this.#relay(stored.map((entry) => toDocument(entry, [this.toEvent(entry)])));
    if (conflict) throw refusals.entryConflict(conflict.id);
  }

  async find(ids: readonly string[]): Promise<readonly JournalEntry[]> {
    return (await this.#read(ids)).map(toEntry);
  }

  async listOfOrder(orderId: string): Promise<readonly JournalEntry[]> {
    const found = await this.model.find({ orderId }).sort({ postedAt: 1, _id: 1 }).lean();
    return found.map((document) => toEntry(document as JournalEntryDocument));
  }

  async listUnsealed(limit: number): Promise<readonly JournalEntry[]> {
    if (!this.#hasNews && Date.now() - this.#lookedAtMs < LOOK_INTERVAL_MS) return [];
    this.#hasNews = false;
    this.#lookedAtMs = Date.now();
    const found = await this.model.find({ isSealed: false }).sort({ postedAt: 1, _id: 1 }).limit(limit).lean();
    // A full page has a next one; and what is found may lose its race for a place in the chain.
    if (found.length > 0) this.#hasNews = true;
    return found.map((document) => toEntry(document as JournalEntryDocument));
  }

  async markSealed(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.model.updateMany({ _id: { $in: [...ids] } }, { $set: { isSealed: true } });
  }

  async #read(ids: readonly string[]): Promise<readonly JournalEntryDocument[]> {
    return (await this.model.find({ _id: { $in: [...ids] } }).lean()) as readonly JournalEntryDocument[];
  }

  #relay(documents: readonly JournalEntryDocument[]): Promise<void> {
    return this.relay.relay(this.model.collection as never, documents);
  }
}

/** A batch may hold the same fact twice. Throws `LEDGER.ENTRY_CONFLICT` where the two differ. */
function onePerId(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const first = new Map<string, JournalEntry>();
  for (const entry of entries) {
    const earlier = first.get(entry.id);
    if (earlier && !isSameMovement(earlier, entry)) throw refusals.entryConflict(entry.id);
    if (!earlier) first.set(entry.id, entry);
  }
  return [...first.values()];
}
