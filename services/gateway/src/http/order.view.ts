import { z } from 'zod';

export const ORDER_STATUSES = [
  'created',
  'pending',
  'claimed',
  'paying',
  'paid',
  'canceled',
  'expired',
  'partially_refunded',
  'refunded',
] as const;

export const ENTRY_MODES = ['unspecified', 'magstripe', 'contact', 'contactless'] as const;

const time = z.iso.datetime().describe('ISO 8601, UTC');
const facts = z.record(z.string(), z.string());

/** Minor units as a decimal string: no float ever holds money. */
export const amountMinor = z
  .string()
  .regex(/^(0|[1-9]\d{0,12})$/, 'must be minor units as a decimal string')
  .describe('minor units as a decimal string');
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code')
  .describe('ISO 4217');

export const orderId = z.string().regex(/^ord_[0-9a-f]{32}$/, 'must be an order id');

export const cardView = z.object({
  brand: z.string(),
  bin: z.string(),
  last4: z.string(),
  entryMode: z.enum(ENTRY_MODES),
});

const lineView = z.object({
  name: z.string(),
  quantity: z.number().int(),
  unitAmountMinor: amountMinor,
  attributes: z.record(z.string(), z.string()),
});

/** A business order as terminals see it; `OrderTerms` of the kernel is a part of it (`orderId` = `id`). */
export const orderView = z.object({
  id: orderId,
  kind: z.enum(['pay', 'collect']),
  status: z.enum(ORDER_STATUSES),
  payeeId: z.string(),
  payeeName: z.string(),
  amountMinor,
  currency,
  lines: z.array(lineView),
  terms: z.string(),
  merchantReference: z.string(),
  digest: z.string().describe('SHA-256 of the canonical order, 64 hex digits'),
  createdAt: time,
  expiresAt: time,
  version: z.number().int().describe('grows with each change: later snapshots win'),
  claim: z.object({ terminalId: z.string(), expiresAt: time }).optional(),
  transactionId: z.string().optional(),
  lastFailure: z.object({ transactionId: z.string(), reasonCode: z.string(), facts, at: time }).optional(),
  payment: z
    .object({
      transactionId: z.string(),
      card: cardView.optional(),
      authorizationCode: z.string(),
      journalEntryId: z.string(),
      paidAt: time,
    })
    .optional(),
  history: z.array(z.object({ status: z.enum(ORDER_STATUSES), at: time })),
});

/** As its merchant sees it. */
export const merchantOrderView = orderView.extend({
  returnUrl: z.string().optional(),
  cancelUrl: z.string().optional(),
  checkoutUrl: z.string().optional().describe('send the shopper here'),
});

export type OrderView = z.infer<typeof orderView>;
export type MerchantOrderView = z.infer<typeof merchantOrderView>;
export type CardView = z.infer<typeof cardView>;
