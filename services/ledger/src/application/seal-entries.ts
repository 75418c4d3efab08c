import { linkAfter, partitionOf, type ChainHead, type ChainLink } from '../domain/hash-chain.js';
import type { JournalEntry } from '../domain/journal-entry.js';
import type { HashChain, Journal } from './ports.js';

const BATCH_SIZE = 1_000;

/**
 * Gives each entry its one place in the chain of its partition. Links are written first, entries are marked after:
 * after a crash in between the entry is found again and recognised by its link. Two replicas at once compete for the
 * next place; the loser stops and comes again.
 */
export class SealEntries {
  constructor(
    private readonly journal: Journal,
    private readonly chain: HashChain,
  ) {}

  async execute(): Promise<void> {
    const unsealed = await this.journal.listUnsealed(BATCH_SIZE);
    for (const [partition, entries] of Map.groupBy(unsealed, partitionOf)) await this.#seal(partition, entries);
  }

  async #seal(partition: number, entries: readonly JournalEntry[]): Promise<void> {
    const linked = await this.chain.linked(entries.map(({ id }) => id));
    const head = await this.chain.head(partition);
    const links = chained(
      head,
      entries.filter(({ id }) => !linked.has(id)),
    );
    const added = links.slice(0, await this.chain.append(links));
    await this.chain.remember(added.at(-1) ?? head);
    await this.journal.markSealed([...linked, ...added.map(({ entryId }) => entryId)]);
  }
}

function chained(head: ChainHead, entries: readonly JournalEntry[]): readonly ChainLink[] {
  const links: ChainLink[] = [];
  for (const entry of entries) links.push(linkAfter(links.at(-1) ?? head, entry));
  return links;
}
