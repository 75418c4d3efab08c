import type { Merchant } from '../domain/merchant.js';
import { bankAccountPart } from './account.schema.js';
import { optionalText, strictSchema, text, time } from './schema.js';

export interface MerchantDocument extends Omit<Merchant, 'id'> {
  readonly _id: string;
}

export const merchantSchema = strictSchema<MerchantDocument>('merchants', {
  _id: text,
  name: text,
  email: text,
  bankAccount: { type: bankAccountPart },
  apiKeyHash: text,
  webhookUrl: optionalText,
  sealedWebhookSecret: text,
  idempotencyKey: text,
  fingerprint: text,
  createdAt: time,
});
