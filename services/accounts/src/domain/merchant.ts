import { refusal } from './accounts-errors.js';
import type { DesignatedBankAccount } from './bank-account.js';

const URL_LENGTH_MAX = 2_048;

/** A shop: creates orders with a secret key, learns of them by webhook, is paid to its bank account. */
export interface Merchant {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly bankAccount?: DesignatedBankAccount | undefined;
  /** SHA-256 of the secret key, hex: 256 random bits need no slow hash. */
  readonly apiKeyHash: string;
  readonly webhookUrl?: string | undefined;
  /** `whsec_…` (Standard Webhooks), sealed. */
  readonly sealedWebhookSecret: string;
  readonly idempotencyKey: string;
  /** Keyed digest of the request that made it. */
  readonly fingerprint: string;
  readonly createdAt: Date;
}

/** An http(s) address without credentials, or nothing. Throws `ACCOUNTS.FIELD_INVALID`. */
export function parseWebhookUrl(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  const url = URL.parse(text.trim());
  const usable = url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!usable || url.href.length > URL_LENGTH_MAX) throw refusal.fieldInvalid('webhookUrl', 'an http or https address');
  return url.href;
}
