import { createHash } from 'node:crypto';
import { subjectOf, type JournalEntry } from './journal-entry.js';

/** Chains that grow side by side; fixed for the life of a ledger. */
export const CHAIN_COUNT = 12;

export const PARTITIONS: readonly number[] = Array.from({ length: CHAIN_COUNT }, (_, partition) => partition);

/** One sealed entry: its place in the chain of its partition, for ever. */
export interface ChainLink {
  readonly partition: number;
  /** 1, 2, 3 … without a gap. */
  readonly sequence: number;
  readonly entryId: string;
  /** SHA-256, hex. */
  readonly previousHash: string;
  readonly hash: string;
}

export interface ChainHead {
  readonly partition: number;
  /** 0 = nothing sealed yet. */
  readonly sequence: number;
  readonly hash: string;
}

export const emptyChain = (partition: number): ChainHead => ({ partition, sequence: 0, hash: '0'.repeat(64) });

export const partitionOf = (entry: JournalEntry): number =>
  createHash('sha256').update(subjectOf(entry)).digest().readUInt32BE(0) % CHAIN_COUNT;

/** Puts the entry behind `head`. */
export function linkAfter(head: ChainHead, entry: JournalEntry): ChainLink {
  const { partition, sequence, hash: previousHash } = head;
  const hash = linkHash(partition, sequence + 1, previousHash, entry);
  return { partition, sequence: sequence + 1, entryId: entry.id, previousHash, hash };
}

/** Covers place, predecessor and every field of the entry. */
export const linkHash = (partition: number, sequence: number, previousHash: string, entry: JournalEntry): string =>
  createHash('sha256')
    .update(`${partition}:${sequence}\n${previousHash}\n${canonicalEntry(entry)}`)
    .digest('hex');

const canonicalEntry = (entry: JournalEntry): string =>
  JSON.stringify([
    entry.id,
    entry.reason,
    entry.transactionId,
    entry.orderId,
    entry.postings.map(({ debit, credit, amount }) => [debit, credit, amount.amountMinor.toString(), amount.currency]),
    entry.postedAt.toISOString(),
  ]);
