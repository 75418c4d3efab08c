import { baseConfig } from '@openswipe/service-kit';
import { z } from 'zod';

const seconds = z.coerce.number().positive().max(86_400);

export const ledgerConfig = baseConfig.extend({
  /** host:port of `accounts`, which knows the designated bank accounts. */
  ACCOUNTS_ADDRESS: z.string().regex(/^.+:\d+$/),
  /** Pause between two runs that seal new entries and bring the balances up to date. */
  BOOKKEEPING_INTERVAL_SECONDS: seconds.default(1),
  /** Pause between two runs that pay out. */
  PAYOUT_INTERVAL_SECONDS: seconds.default(60),
  /** How long the simulated bank takes to confirm a transfer. */
  SIMULATED_BANK_SECONDS: z.coerce.number().min(0).max(86_400).default(5),
});

export type LedgerConfig = z.infer<typeof ledgerConfig>;
