import { ensureCollection, isDuplicateKey } from '@openswipe/service-kit';
import { type Connection, type Model, Schema } from 'mongoose';
import type { HashChain } from '../application/ports.js';
import { emptyChain, type ChainHead, type ChainLink } from '../domain/hash-chain.js';
import { moveForward } from './move-forward.js';

/** `_id` is `<partition>:<sequence>`, so a place is taken once; a unique index on `entryId` seals an entry once. */
interface LinkDocument extends ChainLink {
  readonly _id: string;
}

/** Where the chain of a partition ends at least; `_id` is the partition. */
interface HeadDocument extends Omit<ChainHead, 'partition'> {
  readonly _id: string;
}

const OPTIONS = { versionKey: false, autoCreate: false, autoIndex: false, strict: 'throw' } as const;

const linkSchema = new Schema<LinkDocument>(
  {
    _id: { type: String, required: true },
    partition: { type: Number, required: true },
    sequence: { type: Number, required: true },
    entryId: { type: String, required: true },
    previousHash: { type: String, required: true },
    hash: { type: String, required: true },
  },
  OPTIONS,
);

const headSchema = new Schema<HeadDocument>(
  {
    _id: { type: String, required: true },
    sequence: { type: Number, required: true },
    hash: { type: String, required: true },
  },
  OPTIONS,
);

export const LINKS = 'chain_links';
const HEADS = 'chain_heads';
const WALK = 200;

export class MongoHashChain implements HashChain {
  private constructor(
    private readonly links: Model<LinkDocument>,
    private readonly heads: Model<HeadDocument>,
  ) {}

  static async open(connection: Connection): Promise<MongoHashChain> {
    await ensureCollection(connection, LINKS, [{ key: { entryId: 1 }, unique: true }]);
    await ensureCollection(connection, HEADS);
    const links = connection.model<LinkDocument>('ChainLink', linkSchema, LINKS);
    return new MongoHashChain(links, connection.model<HeadDocument>('ChainHead', headSchema, HEADS));
  }

  /** From the remembered head onwards by id: no store needs an index for it. */
  async head(partition: number): Promise<ChainHead> {
    const remembered = await this.heads.findById(String(partition)).lean();
    let head = remembered ? { partition, sequence: remembered.sequence, hash: remembered.hash } : emptyChain(partition);
    for (;;) {
      const last = (await this.listAfter(partition, head.sequence, WALK)).at(-1);
      if (!last) return head;
      head = { partition, sequence: last.sequence, hash: last.hash };
    }
  }

  async rememberedHeads(): Promise<ReadonlyMap<number, number>> {
    const heads = await this.heads.find().lean();
    return new Map(heads.map(({ _id, sequence }) => [Number(_id), sequence]));
  }

  async remember({ partition, sequence, hash }: ChainHead): Promise<void> {
    if (sequence > 0) await moveForward(this.heads, { _id: String(partition), sequence, hash });
  }

  async linked(entryIds: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.links.find({ entryId: { $in: [...entryIds] } }, { entryId: 1 }).lean();
    return new Set(found.map(({ entryId }) => entryId));
  }

  async append(links: readonly ChainLink[]): Promise<number> {
    if (links.length === 0) return 0;
    const documents = links.map((link) => ({ _id: idOf(link.partition, link.sequence), ...plain(link) }));
    try {
      await this.links.insertMany(documents, { ordered: true });
      return links.length;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // Read back instead of counted: the links before the taken place are ours if they carry our hash.
      const ids = documents.map(({ _id }) => _id);
      const stored = await this.links.find({ _id: { $in: ids } }).lean();
      const hashes = new Map(stored.map(({ _id, hash }) => [_id, hash]));
      const firstForeign = documents.findIndex(({ _id, hash }) => hashes.get(_id) !== hash);
      return firstForeign < 0 ? links.length : firstForeign;
    }
  }

  async listAfter(partition: number, sequence: number, limit: number): Promise<readonly ChainLink[]> {
    const ids = Array.from({ length: limit }, (_, index) => idOf(partition, sequence + 1 + index));
    const found = new Map((await this.links.find({ _id: { $in: ids } }).lean()).map((link) => [link._id, link]));
    const end = ids.findIndex((id) => !found.has(id));
    return ids.slice(0, end < 0 ? limit : end).map((id) => plain(found.get(id) as LinkDocument));
  }
}

const idOf = (partition: number, sequence: number): string => `${partition}:${sequence}`;

const plain = ({ partition, sequence, entryId, previousHash, hash }: ChainLink): ChainLink => ({
  partition,
  sequence,
  entryId,
  previousHash,
  hash,
});
