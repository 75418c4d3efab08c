import type { Connection } from 'mongoose';
import type { LedgerReaders } from '../application/verify-ledger.js';
import type { Balance } from '../domain/balance.js';
import type { ChainLink } from '../domain/hash-chain.js';
import type { JournalEntry } from '../domain/journal-entry.js';
import { balanceModel, toBalance, type BalanceDocument } from './balance.schema.js';
import { MongoBalances } from './balances.js';
import { LINKS, MongoHashChain } from './hash-chain.js';
import { toEntry } from './journal-entry.mapper.js';
import { journalModel, type JournalEntryDocument } from './journal-entry.schema.js';

const PAGE_SIZE = 500;

/** Reads a ledger's database for the check; writes nothing to an existing one. */
export async function openReaders(connection: Connection): Promise<LedgerReaders> {
  const [chain, balances] = await Promise.all([MongoHashChain.open(connection), MongoBalances.open(connection)]);
  const journal = journalModel(connection);
  const entriesOf = async (links: readonly ChainLink[]): Promise<ReadonlyMap<string, JournalEntry>> => {
    const found = await journal.find({ _id: { $in: links.map(({ entryId }) => entryId) } }).lean();
    return new Map(found.flatMap((document) => readable(document as JournalEntryDocument)));
  };
  return {
    completeUpTo: () => balances.completeUpTo(),
    rememberedHeads: () => chain.rememberedHeads(),
    balances: async (): Promise<Balance[]> =>
      (await balanceModel(connection).find().lean()).map((document) => toBalance(document as BalanceDocument)),
    countSealed: () => journal.countDocuments({ isSealed: true }),
    countUnsealed: () => journal.countDocuments({ isSealed: false }),
    async *links(partition: number) {
      const cursor = connection
        .collection<ChainLink>(LINKS)
        .find({ partition }, { batchSize: PAGE_SIZE })
        .sort({ sequence: 1 });
      for await (const page of pages(cursor)) {
        const entries = await entriesOf(page);
        for (const link of page) yield { link, entry: entries.get(link.entryId) };
      }
    },
  };
}

/** An entry that no longer is one must be reported, not end the check. */
function readable(document: JournalEntryDocument): [string, JournalEntry][] {
  try {
    return [[document._id, toEntry(document)]];
  } catch {
    return [];
  }
}

/** By sequence and not by id, so that a link behind a gap is seen as well. */
async function* pages<T>(cursor: AsyncIterable<T>): AsyncIterable<readonly T[]> {
  let page: T[] = [];
  for await (const one of cursor) {
    page.push(one);
    if (page.length < PAGE_SIZE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
