import { uuidv7 } from 'uuidv7';
import { DomainError } from './domain-error.js';

/** Prefix of every identifier that leaves its service: a reader of a log knows what it names. */
export const ID_PREFIXES = {
  account: 'acc',
  bankAccount: 'ba',
  delivery: 'dlv',
  event: 'evt',
  merchant: 'mer',
  order: 'ord',
  payout: 'po',
  reader: 'rdr',
  terminal: 'ter',
  transaction: 'txn',
  webhookEndpoint: 'whe',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** `ord_0198f…`: prefix, underscore, 32 hex digits of a UUIDv7 (sorts by time, 74 random bits). */
export const newId = (kind: IdKind): string => `${ID_PREFIXES[kind]}_${uuidv7().replaceAll('-', '')}`;

/** Throws `KERNEL.ID_INVALID` unless `text` is an identifier of that kind. */
export function parseId(kind: IdKind, text: string): string {
  if (text.length <= 40 && new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-f]{32}$`).test(text)) return text;
  throw new DomainError('KERNEL.ID_INVALID', `This is not a valid ${kind} id`, { param: kind });
}
