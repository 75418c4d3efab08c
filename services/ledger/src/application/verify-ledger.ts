import { balanceKey, effectsOf, type Balance } from '../domain/balance.js';
import { emptyChain, linkHash, PARTITIONS, type ChainHead, type ChainLink } from '../domain/hash-chain.js';
import type { JournalEntry } from '../domain/journal-entry.js';
import { parseLedgerAccount } from '../domain/ledger-account.js';

/** What the check reads; balances and marks first, so that a ledger at work only has more links than they have seen. */
export interface LedgerReaders {
  completeUpTo(): Promise<ReadonlyMap<number, number>>;
  rememberedHeads(): Promise<ReadonlyMap<number, number>>;
  balances(): Promise<readonly Balance[]>;
  /** All links of the partition in sequence, each with its entry, if the journal has it and it can be read. */
  links(partition: number): AsyncIterable<{ readonly link: ChainLink; readonly entry: JournalEntry | undefined }>;
  /** Entries that say that they are sealed. */
  countSealed(): Promise<number>;
  countUnsealed(): Promise<number>;
}

export interface LedgerReport {
  /** One sentence each; empty: the ledger is right. */
  readonly problems: readonly string[];
  readonly entryCount: number;
  /** Posted and not sealed yet: no problem, only young. */
  readonly unsealedCount: number;
  /** Currency → sums over all ledger accounts, minor units; equal by double entry. */
  readonly totals: ReadonlyMap<string, { readonly debitMinor: bigint; readonly creditMinor: bigint }>;
}

interface Sum {
  debitMinor: bigint;
  creditMinor: bigint;
}

interface Expected {
  /** What the balance says it has seen. */
  postedMinor: bigint;
  /** The whole journal. */
  allMinor: bigint;
  /** Partition → sequence of the last link that touches the balance within what is marked complete. */
  readonly needed: Map<number, number>;
}

/**
 * Checks a ledger, at rest or at work: the chains are unbroken and fit their entries, debits equal credits in each
 * currency, and every balance equals, to the byte, the sum of the postings that it says it has seen.
 */
export async function verifyLedger(readers: LedgerReaders): Promise<LedgerReport> {
  const [complete, heads] = await Promise.all([readers.completeUpTo(), readers.rememberedHeads()]);
  const sealedCount = await readers.countSealed();
  const balances = new Map((await readers.balances()).map((balance) => [balanceKey(balance), balance]));
  const check = new Check(balances, complete);
  for (const partition of PARTITIONS) {
    const head = await check.chain(partition, readers.links(partition));
    if (head.sequence < (heads.get(partition) ?? 0)) check.problem(`chain ${partition} has lost its end`);
  }
  if (check.entryCount < sealedCount) check.problem(`${sealedCount - check.entryCount} sealed entries have no link`);
  check.compareBalances();
  check.compareTotals();
  const unsealedCount = await readers.countUnsealed();
  return { problems: check.problems, entryCount: check.entryCount, unsealedCount, totals: check.totals };
}

class Check {
  readonly problems: string[] = [];
  readonly totals = new Map<string, Sum>();
  readonly #expected = new Map<string, Expected>();
  entryCount = 0;

  constructor(
    private readonly balances: ReadonlyMap<string, Balance>,
    private readonly complete: ReadonlyMap<number, number>,
  ) {}

  problem(sentence: string): void {
    this.problems.push(sentence);
  }

  async chain(partition: number, links: ReturnType<LedgerReaders['links']>): Promise<ChainHead> {
    let head = emptyChain(partition);
    for await (const { link, entry } of links) {
      const place = `link ${partition}:${link.sequence}`;
      if (link.sequence !== head.sequence + 1) this.problem(`${place} follows ${head.sequence}: the chain has a gap`);
      if (link.previousHash !== head.hash) this.problem(`${place} does not hold the hash of the link before it`);
      if (!entry) this.problem(`${place}: entry ${link.entryId} is gone or unreadable`);
      else if (linkHash(partition, link.sequence, link.previousHash, entry) !== link.hash) {
        this.problem(`${place}: entry ${link.entryId} was changed after it was sealed`);
      }
      if (entry) this.#count(partition, link.sequence, entry);
      head = link;
    }
    return head;
  }

  #count(partition: number, sequence: number, entry: JournalEntry): void {
    this.entryCount += 1;
    for (const effect of effectsOf(entry)) {
      const key = balanceKey(effect);
      const expected = this.#expected.get(key) ?? { postedMinor: 0n, allMinor: 0n, needed: new Map() };
      this.#expected.set(key, expected);
      if (sequence <= (this.complete.get(partition) ?? 0)) expected.needed.set(partition, sequence);
      const seen = this.balances.get(key)?.applied.get(partition) ?? 0;
      if (sequence <= seen) expected.postedMinor += effect.postedMinor;
      expected.allMinor += effect.postedMinor;
    }
  }

  compareBalances(): void {
    this.#compareWithPostings();
    this.#checkReservations();
  }

  #compareWithPostings(): void {
    for (const [key, { postedMinor, needed }] of this.#expected) {
      const balance = this.balances.get(key);
      if (balance && serialized(balance.postedMinor) !== serialized(postedMinor)) {
        this.problem(`balance ${key} is ${balance.postedMinor}, its postings give ${postedMinor}`);
      }
      for (const [partition, sequence] of needed) {
        if ((balance?.applied.get(partition) ?? 0) < sequence) {
          this.problem(`balance ${key} has not seen link ${partition}:${sequence}, which is marked complete`);
        }
      }
    }
  }

  #checkReservations(): void {
    for (const [key, { postedMinor, reservedMinor, reservation }] of this.balances) {
      if (!this.#expected.has(key) && postedMinor !== 0n) this.problem(`balance ${key} has no postings`);
      if (reservedMinor !== (reservation?.amountMinor ?? 0n)) this.problem(`balance ${key} holds money for no payout`);
      if (key.startsWith('liability:payee:') && postedMinor < reservedMinor)
        this.problem(`balance ${key} is overdrawn`);
    }
  }

  /** Over the whole journal, each ledger account on its normal side. */
  compareTotals(): void {
    for (const [key, { allMinor }] of this.#expected) {
      const [name = '', currency = ''] = key.split('|');
      const total = this.totals.get(currency) ?? { debitMinor: 0n, creditMinor: 0n };
      if (parseLedgerAccount(name).normalSide === 'debit') total.debitMinor += allMinor;
      else total.creditMinor += allMinor;
      this.totals.set(currency, total);
    }
    for (const [currency, { debitMinor, creditMinor }] of this.totals) {
      if (debitMinor !== creditMinor) this.problem(`${currency}: debits ${debitMinor}, credits ${creditMinor}`);
    }
  }
}

/** int64, big-endian: what the store holds. */
function serialized(amountMinor: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(amountMinor);
  return bytes.toString('hex');
}
