import { edgeConfig } from '@openswipe/service-kit';
import { z } from 'zod';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const address = z.string().regex(/^.+:\d+$/, 'must be host:port');
const perMinute = z.coerce.number().int().min(1).max(1_000_000);

export const gatewayConfig = edgeConfig.extend({
  /** Origin under which browsers and shops reach the gateway; no path. */
  PUBLIC_URL: z
    .string()
    .regex(/^https?:\/\/[^/?#\s]+\/?$/, 'must be an http or https origin')
    .transform((url) => url.replace(/\/$/, '')),
  /** Folder of the built web terminal; holds index.html. */
  TERMINAL_WEB_DIR: z.string().min(1),
  /** Offers the simulated reader in the terminal. */
  SIMULATED_READER: flag.default(false),
  ORDERS_ADDRESS: address,
  TRANSACTIONS_ADDRESS: address,
  ACCOUNTS_ADDRESS: address,
  RISK_ADDRESS: address,
  /** `true`, `false`, or the addresses of proxies whose X-Forwarded-For is believed, comma-separated. */
  TRUST_PROXY: z
    .string()
    .default('false')
    .transform((text) => (text === 'true' || text === 'false' ? text === 'true' : text)),
  /** Where something can be guessed, probed or flooded (http/rate-limits.ts): each per minute and client address. */
  CREDENTIAL_LIMIT_PER_MINUTE: perMinute.default(30),
  /** API calls per minute, route and key (or access token). */
  CALL_LIMIT_PER_MINUTE: perMinute.default(6_000),
});

export type GatewayConfig = z.infer<typeof gatewayConfig>;

/** Browsers keep `Secure` cookies of plain http for the loopback host only by exception: there it is left out. */
export const isLoopback = (publicUrl: string): boolean => /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(publicUrl);
