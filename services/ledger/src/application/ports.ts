import type { Money, Sensitive } from '@openswipe/kernel';
import type { Balance, Effect, Reservation } from '../domain/balance.js';
import type { ChainHead, ChainLink } from '../domain/hash-chain.js';
import type { JournalEntry } from '../domain/journal-entry.js';
import type { Payout, PayoutStatus } from '../domain/payout.js';

/** Every write saves the entry and its `EntryPosted` in one document. */
export interface Journal {
  /** Writes the entries that are not there yet and publishes them. Throws `LEDGER.ENTRY_CONFLICT`. */
  post(entries: readonly JournalEntry[]): Promise<void>;
  find(ids: readonly string[]): Promise<readonly JournalEntry[]>;
  listOfOrder(orderId: string): Promise<readonly JournalEntry[]>;
  listUnsealed(limit: number): Promise<readonly JournalEntry[]>;
  markSealed(ids: readonly string[]): Promise<void>;
}

export interface HashChain {
  /** The last link of the partition, or the empty chain. */
  head(partition: number): Promise<ChainHead>;
  /** Heads as last remembered, perhaps behind: enough to see where there is something new. */
  rememberedHeads(): Promise<ReadonlyMap<number, number>>;
  remember(head: ChainHead): Promise<void>;
  /** Which of the entries have a link already. */
  linked(entryIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Adds the links in their order up to the first whose place or entry is taken. Returns how many it added. */
  append(links: readonly ChainLink[]): Promise<number>;
  /** Links `sequence + 1`, `sequence + 2` … without a gap. */
  listAfter(partition: number, sequence: number, limit: number): Promise<readonly ChainLink[]>;
}

/** Adds effects up to link `to` to a balance that has seen exactly `from` (undefined: nothing) of the partition. */
export interface BalanceChange {
  readonly key: string;
  readonly partition: number;
  readonly from: number | undefined;
  readonly to: number;
  readonly effects: readonly Effect[];
}

export interface BalanceTotal {
  readonly currency: string;
  readonly type: 'asset' | 'liability';
  readonly postedMinor: bigint;
}

export interface Balances {
  /** Creates the balances that do not exist yet, at zero. */
  open(effects: readonly Effect[]): Promise<void>;
  find(keys: readonly string[]): Promise<readonly Balance[]>;
  listOfOwner(ownerId: string): Promise<readonly Balance[]>;
  /** True: all of them took effect. A balance that has meanwhile seen more is left alone. */
  change(changes: readonly BalanceChange[]): Promise<boolean>;
  /** Partition → sequence up to which every balance is known to be complete. */
  completeUpTo(): Promise<ReadonlyMap<number, number>>;
  markComplete(partition: number, sequence: number): Promise<void>;
  /** Payee balances with money to pay out and no payout under way; a page of those whose key is above `afterKey`. */
  listPayable(afterKey: string): Promise<readonly Balance[]>;
  /** Sets money aside unless another payout is under way or less is available. */
  reserve(key: string, reservation: Reservation): Promise<boolean>;
  listReserved(afterKey: string): Promise<readonly Balance[]>;
  /** Posted amounts of all balances by currency and type of ledger account. */
  totals(): Promise<readonly BalanceTotal[]>;
}

export interface Payouts {
  insertFirst(payouts: readonly Payout[]): Promise<void>;
  /** Takes effect only from the status that the payout had. */
  move(before: Payout, after: Payout): Promise<void>;
  listInStatus(status: PayoutStatus, afterId: string): Promise<readonly Payout[]>;
  listOfPayee(payeeId: string): Promise<readonly Payout[]>;
  lastReturned(payeeId: string): Promise<Payout | undefined>;
}

export interface BankAccount {
  readonly bankCode: string;
  readonly accountNumber: Sensitive<string>;
  readonly holder: string;
}

export const last4Of = ({ accountNumber }: BankAccount): string => accountNumber.reveal('last four to show').slice(-4);

export interface Payees {
  /** The designated bank account, if there is one. Throws `TransientFault`. */
  bankAccountOf(payeeId: string): Promise<BankAccount | undefined>;
}

export type TransferOutcome = 'pending' | 'confirmed' | 'returned';

/** The bank that pays out. Every call may be repeated: the payout id names the transfer. Throws `TransientFault`. */
export interface BankTransfer {
  send(payoutId: string, amount: Money, to: BankAccount): Promise<void>;
  /** undefined: the bank has never heard of it. */
  outcomeOf(payoutId: string): Promise<TransferOutcome | undefined>;
}
