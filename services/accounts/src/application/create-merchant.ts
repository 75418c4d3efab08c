import { type Clock, newId, Sensitive } from '@openswipe/kernel';
import { createHash } from 'node:crypto';
import { refusal } from '../domain/accounts-errors.js';
import { parseBankAccount } from '../domain/bank-account.js';
import { parseEmailAddress } from '../domain/email-address.js';
import { type Merchant, parseWebhookUrl } from '../domain/merchant.js';
import { parseOptionalText, parseText } from '../domain/text-field.js';
import { designate } from './designate-bank-account.js';
import type { Cipher, Merchants, Random } from './ports.js';

const IDEMPOTENCY_KEY_LENGTH_MAX = 255;
const SECRET_KEY_LENGTH = 32;
/** Standard Webhooks asks for 24 to 64 bytes. */
const WEBHOOK_SECRET_LENGTH = 32;

export interface MerchantApplication {
  readonly name: string;
  readonly email: string;
  readonly bankAccount?: { bankCode: string; accountNumber: string; holder: string } | undefined;
  readonly webhookUrl: string;
  readonly idempotencyKey: string;
}

export interface CreatedMerchant {
  readonly merchant: Merchant;
  /** Both shown once; absent when the same call comes again. */
  readonly secrets?: { readonly secretKey: Sensitive<string>; readonly webhookSecret: Sensitive<string> };
}

export class CreateMerchant {
  constructor(
    private readonly merchants: Merchants,
    private readonly cipher: Cipher,
    private readonly random: Random,
    private readonly clock: Clock,
  ) {}

  /** Throws `ACCOUNTS.FIELD_INVALID`, `ACCOUNTS.IDEMPOTENCY_KEY_REUSED`. */
  async execute(application: MerchantApplication): Promise<CreatedMerchant> {
    const id = newId('merchant');
    const secretKey = new Sensitive(`sk_test_${this.random.bytes(SECRET_KEY_LENGTH).toString('base64url')}`);
    const webhookSecret = new Sensitive(`whsec_${this.random.bytes(WEBHOOK_SECRET_LENGTH).toString('base64')}`);
    const bankAccount = application.bankAccount && parseBankAccount(application.bankAccount);
    const merchant: Merchant = {
      id,
      name: parseText('name', application.name, 100),
      email: parseEmailAddress(application.email).address,
      bankAccount: bankAccount && designate(bankAccount, id, this.cipher),
      apiKeyHash: apiKeyHashOf(secretKey),
      webhookUrl: parseWebhookUrl(application.webhookUrl),
      sealedWebhookSecret: this.cipher.seal(webhookSecret, webhookSecretContext(id)),
      // Without a key of the caller no other call can mean the same merchant.
      idempotencyKey: parseOptionalText('idempotencyKey', application.idempotencyKey, IDEMPOTENCY_KEY_LENGTH_MAX) ?? id,
      fingerprint: this.#fingerprintOf(application),
      createdAt: this.clock.now(),
    };
    const earlier =
      (await this.merchants.findByIdempotencyKey(merchant.idempotencyKey)) ??
      ((await this.merchants.insert(merchant))
        ? undefined
        : await this.merchants.findByIdempotencyKey(merchant.idempotencyKey));
    if (!earlier) return { merchant, secrets: { secretKey, webhookSecret } };
    if (earlier.fingerprint !== merchant.fingerprint) throw refusal.idempotencyKeyReused();
    return { merchant: earlier };
  }

  #fingerprintOf({ name, email, bankAccount, webhookUrl }: MerchantApplication): string {
    const { bankCode, accountNumber, holder } = bankAccount ?? {};
    const fields = [name, email, bankCode ?? '', accountNumber ?? '', holder ?? '', webhookUrl];
    return this.cipher.digest(JSON.stringify(fields), 'merchant application');
  }
}

/** SHA-256, hex. */
export const apiKeyHashOf = (secretKey: Sensitive<string>): string =>
  createHash('sha256').update(secretKey.reveal('hash it')).digest('hex');

export const webhookSecretContext = (merchantId: string): string => `${merchantId}/webhook-secret`;
