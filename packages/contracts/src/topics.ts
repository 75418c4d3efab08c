import { TerminalRevoked } from './gen/accounts/v1/account_events.js';
import { OrderChanged } from './gen/orders/v1/order_events.js';
import { EntryPosted } from './gen/ledger/v1/ledger_events.js';
import { TransactionAssessed } from './gen/risk/v1/risk_events.js';
import {
  TransactionConcluded,
  TransactionSubmitted,
  TransactionVerified,
} from './gen/transactions/v1/transaction_events.js';

export interface Codec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

export type ServiceName = 'gateway' | 'orders' | 'transactions' | 'risk' | 'ledger' | 'accounts';

/** One Kafka topic. Records are keyed by the order id, so one order's facts stay in sequence; or by the account's. */
export interface Topic<T> {
  /** `<owner>.<noun>-<past-participle>.v<n>` */
  readonly name: string;
  readonly codec: Codec<T>;
  readonly producer: ServiceName;
  /** Services that consume with a committed group; the group is named after the service. */
  readonly consumers: readonly ServiceName[];
  /** Services of which every replica reads the whole topic without committing (push to connected people). */
  readonly broadcastTo: readonly ServiceName[];
  readonly partitionCount: number;
  readonly retentionMs: number;
}

const HOUR_MS = 3_600_000;
const PARTITION_COUNT = 12;

const topic = <T>(
  name: string,
  codec: Codec<T>,
  consumers: readonly ServiceName[],
  retentionMs: number,
  broadcastTo: readonly ServiceName[] = [],
): Topic<T> => ({
  name,
  codec,
  producer: name === 'transactions.transaction-submitted.v1' ? 'gateway' : (name.split('.')[0] as ServiceName),
  consumers,
  broadcastTo,
  partitionCount: PARTITION_COUNT,
  retentionMs,
});

/**
 * Retention is storage (PCI DSS 4.0.1, 3.3): the two topics that carry enciphered card data live for one hour,
 * long enough to ride out a stopped consumer, short enough that no PIN block grows old.
 */
export const TOPICS = {
  transactionSubmitted: topic('transactions.transaction-submitted.v1', TransactionSubmitted, ['transactions'], HOUR_MS),
  transactionVerified: topic('transactions.transaction-verified.v1', TransactionVerified, ['risk'], HOUR_MS),
  transactionAssessed: topic(
    'risk.transaction-assessed.v1',
    TransactionAssessed,
    ['ledger', 'transactions'],
    168 * HOUR_MS,
  ),
  entryPosted: topic('ledger.entry-posted.v1', EntryPosted, ['transactions'], 168 * HOUR_MS),
  transactionConcluded: topic(
    'transactions.transaction-concluded.v1',
    TransactionConcluded,
    ['orders'],
    168 * HOUR_MS,
    ['gateway'],
  ),
  orderChanged: topic('orders.order-changed.v1', OrderChanged, ['accounts'], 168 * HOUR_MS, ['gateway']),
  /** Kept for longer than any access token lives: a gateway that starts hears of all that still matter. */
  terminalRevoked: topic('accounts.terminal-revoked.v1', TerminalRevoked, [], HOUR_MS, ['gateway']),
} as const;

/** Where a record goes that its consumer group cannot handle: same key and value, reason in the headers. */
export const deadLetterTopicOf = (topicName: string, group: string): string => `${topicName}.${group}.dlt`;

const DEAD_LETTER_RETENTION_MS = 14 * 24 * HOUR_MS;
const SEGMENT_MS_MAX = 600_000;

/** 14 days, but never longer than the topic that the letter comes from. */
export const deadLetterRetentionMsOf = ({ retentionMs }: Pick<Topic<unknown>, 'retentionMs'>): number =>
  Math.min(retentionMs, DEAD_LETTER_RETENTION_MS);

/** Deletion works on whole closed segments: small ones keep the promise of a short retention. */
export const segmentMsOf = (retentionMs: number): number => Math.min(retentionMs, SEGMENT_MS_MAX);
