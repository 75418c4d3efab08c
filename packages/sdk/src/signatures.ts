import { createHmac, timingSafeEqual } from 'node:crypto';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import type { Order } from './order.js';

export interface WebhookEvent {
  /** `order.paid`, `order.payment_failed`, `order.canceled` or `order.expired`. */
  readonly type: string;
  readonly timestamp: string;
  readonly data: { readonly order: Order };
}

/**
 * Checks a webhook (Standard Webhooks) over the raw bytes and returns the event, or undefined when it is not ours or
 * older than five minutes. Answer 2xx only after you have stored it; the same `webhook-id` may come again.
 */
export function verifyWebhook(
  webhookSecret: string,
  rawBody: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): WebhookEvent | undefined {
  const single = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]));
  try {
    return new Webhook(webhookSecret).verify(rawBody, single) as WebhookEvent;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return undefined;
    throw error;
  }
}

/**
 * Checks the signature of the return URL. Good for what the landing page says; fulfil from the webhook or `getOrder`,
 * since the browser may never come back.
 */
export function verifyReturn(webhookSecret: string, query: URLSearchParams): boolean {
  const key = Buffer.from(webhookSecret.replace(/^whsec_/, ''), 'base64');
  const signed = `${query.get('order') ?? ''}.${query.get('status') ?? ''}`;
  const expected = createHmac('sha256', key).update(signed).digest();
  const given = Buffer.from(query.get('signature') ?? '', 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
