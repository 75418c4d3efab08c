import { TransientFault } from '@openswipe/kernel';
import { balanceKey, effectsOf, type Effect } from '../domain/balance.js';
import { PARTITIONS, type ChainLink } from '../domain/hash-chain.js';
import type { BalanceChange, Balances, HashChain, Journal } from './ports.js';

const BATCH_SIZE = 500;
const ROUNDS_MAX = 25;

type Placed = Effect & { readonly sequence: number };

/**
 * Balances are a projection of the sealed journal. Its source is the hash chain and not a topic, because a topic may
 * hold the same entry twice at two offsets, and a chain cannot: an entry has exactly one link, and the sequence of a
 * partition never changes. Each balance remembers the last link it has seen of each partition, so that after a crash
 * between two balances, or with two replicas at once, each takes only what it has not seen.
 */
export class UpdateBalances {
  constructor(
    private readonly journal: Journal,
    private readonly chain: HashChain,
    private readonly balances: Balances,
  ) {}

  async execute(): Promise<void> {
    const [heads, complete] = await Promise.all([this.chain.rememberedHeads(), this.balances.completeUpTo()]);
    for (const partition of PARTITIONS) {
      const from = complete.get(partition) ?? 0;
      if ((heads.get(partition) ?? 0) > from) await this.#catchUp(partition, from);
    }
  }

  async #catchUp(partition: number, from: number): Promise<void> {
    for (let sequence = from; ;) {
      const links = await this.chain.listAfter(partition, sequence, BATCH_SIZE);
      const last = links.at(-1);
      if (!last) return;
      await this.#apply(partition, await this.#effects(links));
      await this.balances.markComplete(partition, last.sequence);
      sequence = last.sequence;
    }
  }

  async #effects(links: readonly ChainLink[]): Promise<readonly Placed[]> {
    const entries = await this.journal.find(links.map(({ entryId }) => entryId));
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    return links.flatMap(({ entryId, sequence }) => {
      const entry = byId.get(entryId);
      if (!entry) throw new Error(`entry ${entryId} is sealed but not in the journal`);
      return effectsOf(entry).map((effect) => ({ ...effect, sequence }));
    });
  }

  async #apply(partition: number, effects: readonly Placed[]): Promise<void> {
    await this.balances.open(effects);
    const byKey = Map.groupBy(effects, balanceKey);
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const known = await this.balances.find([...byKey.keys()]);
      const changes = known.flatMap((balance): BalanceChange[] => {
        const key = balanceKey(balance);
        const from = balance.applied.get(partition);
        const unseen = (byKey.get(key) ?? []).filter(({ sequence }) => sequence > (from ?? 0));
        const last = unseen.at(-1);
        return last ? [{ key, partition, from, to: last.sequence, effects: unseen }] : [];
      });
      if (changes.length === 0 || (await this.balances.change(changes))) return;
    }
    throw new TransientFault('the balances change faster than they can be written');
  }
}
