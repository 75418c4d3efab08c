import { baseConfig } from '@openswipe/service-kit';
import { z } from 'zod';

const address = z.string().regex(/^.+:\d+$/);
const seconds = z.coerce.number().int().min(1);

/** zod's own messages may quote the value, and this one holds key blocks. */
function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
}

export const transactionsConfig = baseConfig.extend({
  ORDERS_ADDRESS: address,
  RISK_ADDRESS: address,
  ACCOUNTS_ADDRESS: address,
  /** Key block protection key, AES-256. */
  MASTER_KEY: z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hex digits'),
  /** JSON object: key id → TR-31 version D key block. */
  KEY_BLOCKS: z.string().transform(parseJson).pipe(z.record(z.string(), z.string())),
  DATA_BDK_ID: z
    .string()
    .regex(/^[0-9a-fA-F]{8}$/, 'must be 8 hex digits')
    .transform((hex) => hex.toLowerCase())
    .default('4f534431'),
  UNKNOWN_RETRY_SECONDS: seconds.default(5),
  UNKNOWN_LIMIT_SECONDS: seconds.default(60),
  STUCK_LIMIT_SECONDS: seconds.default(300),
});

export type TransactionsConfig = z.infer<typeof transactionsConfig>;
