import type { Sensitive } from '@openswipe/kernel';
import { refusal } from '../domain/accounts-errors.js';
import type { Merchant } from '../domain/merchant.js';
import { apiKeyHashOf } from './create-merchant.js';
import type { Merchants } from './ports.js';

export class AuthenticateApiKey {
  constructor(private readonly merchants: Merchants) {}

  /** Throws `ACCOUNTS.API_KEY_UNKNOWN`. */
  async execute(secretKey: Sensitive<string>): Promise<Merchant> {
    const merchant = await this.merchants.findByApiKeyHash(apiKeyHashOf(secretKey));
    if (!merchant) throw refusal.apiKeyUnknown();
    return merchant;
  }
}
