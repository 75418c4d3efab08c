import { baseConfig } from '@openswipe/service-kit';
import { z } from 'zod';

export const ordersConfig = baseConfig.extend({
  /** Pause between two looks for orders and claims whose time has passed. */
  EXPIRY_INTERVAL_SECONDS: z.coerce.number().positive().max(3_600).default(5),
});

export type OrdersConfig = z.infer<typeof ordersConfig>;
