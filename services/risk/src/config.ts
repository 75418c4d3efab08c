import { baseConfig } from '@openswipe/service-kit';
import { z } from 'zod';
import { SECURITY_CHECKS } from './domain/security-checks.js';

const minorUnits = (fallback: bigint) =>
  z
    .string()
    .regex(/^[0-9]{1,13}$/, 'must be a whole number of minor units')
    .default(fallback.toString())
    .transform(BigInt);

const limit = (fallback: number) => z.coerce.number().int().min(0).max(10_000).default(fallback);

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('must be JSON');
    return z.NEVER;
  }
});

const keyBlocks = json.pipe(
  z
    .object({
      'pin-bdk': z.string().exactOptional(),
      'zone-card-data': z.string(),
      'issuer-pin': z.string(),
      'issuer-chip': z.string().exactOptional(),
      'reader-pin-bdk': z.string().exactOptional(),
      'reader-pin-aes-bdk': z.string().exactOptional(),
    })
    // Other generations of these, by `id:generation`.
    .catchall(z.string()),
);

const issuerTable = json.pipe(
  z
    .array(
      z.strictObject({
        bin: z.string().regex(/^[0-9]{1,8}$/, 'must have one to eight digits'),
        checks: z.array(z.enum(SECURITY_CHECKS)),
      }),
    )
    .refine((rows) => new Set(rows.map(({ bin }) => bin)).size === rows.length, 'must not have a BIN twice'),
);

export const riskConfig = baseConfig.extend({
  MASTER_KEY: z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits'),
  KEY_BLOCKS: keyBlocks,
  PIN_BDK_ID: z
    .string()
    .regex(/^[0-9a-f]{8}$/i, 'must be 8 hexadecimal digits')
    .default('4f535031')
    .transform((hex) => hex.toLowerCase()),
  AMOUNT_LIMIT_MINOR: minorUnits(5_000_000n),
  VELOCITY_MAX: limit(30),
  VELOCITY_ACCOUNT_MAX: limit(100),
  VELOCITY_WINDOW_SECONDS: z.coerce.number().int().min(1).max(86_400).default(600),
  CARD_BLOCKLIST: z
    .string()
    .default('')
    .transform(
      (list): ReadonlySet<string> =>
        new Set(
          list
            .split(',')
            .map((each) => each.trim())
            .filter(Boolean),
        ),
    ),
  ISSUER_TABLE: issuerTable.default([]),
  FALLBACK: z.enum(['allow', 'decline']).default('allow'),
  ISSUER_SIMULATOR_DAILY_LIMIT_MINOR: minorUnits(1_000_000_000n),
  ISSUER_SIMULATOR_RESET: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});

export type RiskConfig = z.infer<typeof riskConfig>;
