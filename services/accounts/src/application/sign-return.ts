import { createHmac } from 'node:crypto';
import { refusal } from '../domain/accounts-errors.js';
import { webhookSecretContext } from './create-merchant.js';
import type { Cipher, Merchants } from './ports.js';

/**
 * Signs what the browser carries back to the shop: HMAC-SHA256 of `<order id>.<status>`, base64url. The key is that of
 * the webhooks: the bytes behind `whsec_` (Standard Webhooks).
 */
export class SignReturn {
  constructor(
    private readonly merchants: Merchants,
    private readonly cipher: Cipher,
  ) {}

  /** Throws `ACCOUNTS.MERCHANT_NOT_FOUND`. */
  async execute(merchantId: string, orderId: string, status: string): Promise<string> {
    const merchant = await this.merchants.find(merchantId);
    if (!merchant) throw refusal.merchantNotFound();
    const secret = this.cipher.open(merchant.sealedWebhookSecret, webhookSecretContext(merchantId));
    const key = Buffer.from(secret.reveal('sign a return').slice('whsec_'.length), 'base64');
    return createHmac('sha256', key).update(`${orderId}.${status}`).digest('base64url');
  }
}
