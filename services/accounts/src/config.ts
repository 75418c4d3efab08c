import { baseConfig } from '@openswipe/service-kit';
import { Sensitive } from '@openswipe/kernel';
import { z } from 'zod';

const address = z.string().regex(/^.+:\d+$/, 'must be host:port');
// Some environments carry line breaks only as \n.
const pem = (label: string) =>
  z
    .string()
    .transform((text) => text.replaceAll('\\n', '\n').trim())
    .refine((text) => text.startsWith(`-----BEGIN ${label}-----`), `must be PEM (${label})`);
const sensitive = <T>(value: T): Sensitive<T> => new Sensitive(value);

/** Each variable is described in the README. */
export const accountsConfig = baseConfig.extend({
  CA_PRIVATE_KEY: pem('PRIVATE KEY').transform(sensitive),
  CA_CERTIFICATE: pem('CERTIFICATE'),
  TOKEN_SIGNING_KEY: z
    .string()
    .refine(isEd25519PrivateJwk, 'must be an Ed25519 private JWK (JSON)')
    .transform(sensitive),
  DATA_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hex digits')
    .transform(sensitive),
  TRANSACTIONS_ADDRESS: address,
  RISK_ADDRESS: address,
  /** May hold the mail account's password. */
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must be an smtp or smtps address')
    .transform(sensitive),
  MAIL_FROM: z.string().min(3),
  PUBLIC_URL: z.string().regex(/^https?:\/\//, 'must be an http or https address'),
  ALLOW_PRIVATE_WEBHOOKS: z.stringbool().default(false),
  /** None: no text messages, so no mobile number can be bound. */
  SMS_URL: z
    .string()
    .regex(/^https?:\/\//, 'must be an http or https address')
    .optional(),
  SMS_TOKEN: z.string().min(1).transform(sensitive).optional(),
  /** Longer than the broker keeps order changes, or one read again would be told again. */
  DELIVERY_RETENTION_DAYS: z.coerce.number().int().min(31).max(3_650).default(90),
});

export type AccountsConfig = Readonly<z.infer<typeof accountsConfig>>;

function isEd25519PrivateJwk(text: string): boolean {
  try {
    const { kty, crv, x, d } = JSON.parse(text) as Record<string, unknown>;
    return kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string' && typeof d === 'string';
  } catch {
    return false;
  }
}
