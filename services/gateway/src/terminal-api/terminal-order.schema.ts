import { z } from 'zod';
import { amountMinor, currency, orderView } from '../http/order.view.js';
import { line } from '../merchant-api/new-order.schema.js';

export const newCollectOrder = z.strictObject({
  amountMinor,
  currency,
  description: z.string().trim().min(1).max(200),
  lines: z.array(line).max(100).default([]).describe('default: one line with the description'),
});

export const inboxView = z.object({ pending: z.array(orderView), toCollect: z.array(orderView) });

export type NewCollectOrder = z.infer<typeof newCollectOrder>;
export type InboxView = z.infer<typeof inboxView>;
