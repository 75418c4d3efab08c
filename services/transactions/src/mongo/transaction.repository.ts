import { ensureCollection, type OutboxEntry, type OutboxRelay, insertFirst } from '@openswipe/service-kit';
import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import type { Change, TransactionStore } from '../application/ports.js';
import type { TransactionStatus } from '../domain/transaction-status.js';
import type { Transaction } from '../domain/transaction.js';
import { countConcluded } from './concluded-counter.js';
import { toFields, toTransaction, type TransactionDocument } from './transaction.schema.js';

export class TransactionRepository implements TransactionStore {
  private constructor(
    private readonly collection: Collection<TransactionDocument>,
    private readonly relay: OutboxRelay,
    private readonly outboxOf: (change: Change) => readonly OutboxEntry[],
  ) {
    relay.watch(collection);
  }

  static async open(
    connection: Connection,
    relay: OutboxRelay,
    outboxOf: (change: Change) => readonly OutboxEntry[],
  ): Promise<TransactionRepository> {
    const collection = await ensureCollection<TransactionDocument>(connection, 'transactions', [
      { key: { status: 1, statusSince: 1 } },
      { key: { 'outbox.at': 1 }, sparse: true },
    ]);
    return new TransactionRepository(collection, relay, outboxOf);
  }

  async insert(transactions: readonly Transaction[]): Promise<readonly Transaction[]> {
    const documents = transactions.map((transaction) => ({
      _id: transaction.id,
      version: transaction.version,
      ...toFields(transaction),
      outbox: [],
    }));
    const allNew = await insertFirst(this.collection, documents);
    return allNew ? transactions : this.load(transactions.map(({ id }) => id));
  }

  async load(ids: readonly string[]): Promise<readonly Transaction[]> {
    const found = await this.collection.find({ _id: { $in: [...ids] } }, { projection: { outbox: 0 } }).toArray();
    return found.map(toTransaction);
  }

  /** The events go out before this returns, or with the sweep. */
  async save(changes: readonly Change[]): Promise<boolean> {
    if (changes.length === 0) return true;
    const written = changes.map((change) => ({ change, outbox: [...this.outboxOf(change)] }));
    const { matchedCount } = await this.collection.bulkWrite(
      written.map(({ change: { before, transaction }, outbox }) => ({
        updateOne: {
          filter: { _id: before.id, version: before.version },
          update: {
            $set: toFields(transaction),
            $inc: { version: 1 },
            ...(outbox[0] ? { $push: { outbox: outbox[0] } } : {}),
          },
        },
      })),
      { ordered: false },
    );
    const allWritten = matchedCount === changes.length;
    // Where another was faster, that one has counted.
    if (allWritten) countConcluded(changes);
    const documents = written.map(({ change, outbox }) => ({ _id: change.before.id, outbox }));
    await this.relay.relayMatched(this.collection, documents, matchedCount);
    return allWritten;
  }

  async findOlder(status: TransactionStatus, since: Date, ahead: Date, limit: number): Promise<readonly Transaction[]> {
    const found = await this.collection
      .find(
        { status, $or: [{ statusSince: { $lte: since } }, { statusSince: { $gt: ahead } }] },
        { projection: { outbox: 0 } },
      )
      .sort({ statusSince: 1 })
      .limit(limit)
      .toArray();
    return found.map(toTransaction);
  }
}
