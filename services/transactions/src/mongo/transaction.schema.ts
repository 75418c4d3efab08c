import { Money } from '@openswipe/kernel';
import { fromInt64, toInt64, type OutboxEntry } from '@openswipe/service-kit';
import type { Long } from 'mongodb';
import { z } from 'zod';
import { TRANSACTION_STATUSES, type TransactionStatus } from '../domain/transaction-status.js';
import type { Transaction } from '../domain/transaction.js';

const int64 = z
  .custom<Long | number | bigint>((value) => typeof value !== 'string' && value !== null)
  .transform(fromInt64);

const cardSummary = z.strictObject({
  cardToken: z.string(),
  bin: z.string().regex(/^\d{6,8}$/),
  last4: z.string().regex(/^\d{4}$/),
  brand: z.enum(['unionpay', 'visa', 'mastercard', 'unknown']),
  entryMode: z.enum(['magstripe', 'contact', 'contactless']),
  readerKind: z.string(),
  readerProtected: z.boolean(),
});

/** The store is a door: what comes out of it is parsed again. */
const transactionDocument = z.object({
  _id: z.string(),
  orderId: z.string(),
  accountId: z.string(),
  terminalId: z.string(),
  status: z.enum(TRANSACTION_STATUSES as [TransactionStatus, ...TransactionStatus[]]),
  statusSince: z.date(),
  submittedAt: z.date(),
  payeeId: z.string().optional(),
  amountMinor: int64.optional(),
  currency: z.string().optional(),
  orderDigest: z.string().optional(),
  card: cardSummary.optional(),
  authorizationCode: z.string().optional(),
  journalEntryId: z.string().optional(),
  reason: z.strictObject({ code: z.string(), facts: z.record(z.string(), z.string()) }).optional(),
  concludedAt: z.date().optional(),
  version: z.number().int(),
});

/** As stored: `Fields`, the version that guards every write, and the events on their way out. */
export interface TransactionDocument extends Fields {
  readonly _id: string;
  readonly version: number;
  readonly outbox: OutboxEntry[];
}

type Fields = Omit<Transaction, 'id' | 'version' | 'amount'> & {
  readonly amountMinor?: Long;
  readonly currency?: string;
};

export function toTransaction(document: unknown): Transaction {
  const { _id, amountMinor, currency, ...rest } = transactionDocument.parse(document);
  const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const amount = amountMinor === undefined ? {} : { amount: Money.of(amountMinor, currency ?? '') };
  return { ...(known as Omit<Transaction, 'id' | 'amount'>), id: _id, ...amount };
}

/** Everything but `_id`, `version` and `outbox`. Fields are only ever added, so undefined ones are left out. */
export function toFields({ id: _id, version: _version, amount, ...rest }: Transaction): Fields {
  return {
    ...rest,
    ...(amount ? { amountMinor: toInt64(amount.amountMinor), currency: amount.currency } : {}),
  };
}
