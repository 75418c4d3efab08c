import { z } from 'zod';
import { amountMinor, currency, merchantOrderView, orderId } from '../http/order.view.js';

const text = (max: number) => z.string().max(max);
const url = z.url({ protocol: /^https?$/ }).max(2_048);

export const line = z.strictObject({
  name: text(200).min(1),
  quantity: z.number().int().min(1).max(1_000_000),
  unitAmountMinor: amountMinor,
  attributes: z.record(text(200), text(200)).default({}).describe('product facts such as colour or net weight'),
});

export const newOrder = z.strictObject({
  amountMinor,
  currency,
  lines: z.array(line).max(100).default([]).describe('must add up to the amount when given'),
  terms: text(5_000).default('').describe('trade terms shown to the shopper'),
  merchantReference: text(200).default(''),
  returnUrl: url,
  cancelUrl: url.optional(),
  account: z.email().max(254).optional().describe('e-mail of the target account; for `collect` the paid account'),
  kind: z.enum(['pay', 'collect']).default('pay'),
  expiresInSeconds: z.number().int().min(60).max(86_400).optional().describe('default 1800'),
});

export const orderPath = z.object({ id: orderId });

export const pageQuery = z.strictObject({
  pageSize: z.coerce.number().int().min(1).max(100).optional().describe('default 20'),
  afterId: orderId.optional().describe('last id of the page before'),
});

export const orderPage = z.object({ orders: z.array(merchantOrderView), hasMore: z.boolean() });

export type NewOrder = z.infer<typeof newOrder>;
export type PageQuery = z.infer<typeof pageQuery>;
