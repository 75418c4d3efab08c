import rateLimit from '@fastify/rate-limit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { GatewayConfig } from '../config.js';
import { refusals } from './gateway-errors.js';

/** Where a secret can be guessed, an e-mail be probed or a phone be flooded: by client address (IPv6: by /64). */
const CREDENTIAL_ROUTES = new Set([
  'POST /v1/accounts',
  'POST /v1/sessions',
  'POST /v1/sessions/refresh',
  'POST /v1/account/mobile',
  'POST /v1/account/mobile/confirm',
  'POST /v1/biometrics',
  'POST /v1/biometrics/options',
  'POST /checkout/:orderId/account',
]);
const CLIENTS_PER_ROUTE_MAX = 5_000;

/** Counts in the memory of this replica, so N replicas allow up to N times as much. Must come before the routes. */
export async function limitRates(app: NestFastifyApplication, config: GatewayConfig): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route) => {
    const name = `${String(route.method)} ${route.url}`;
    const limit = CREDENTIAL_ROUTES.has(name)
      ? { max: config.CREDENTIAL_LIMIT_PER_MINUTE }
      : route.url.startsWith('/v1/') && { max: config.CALL_LIMIT_PER_MINUTE, keyGenerator: callerOf };
    if (limit) route.config = { ...route.config, rateLimit: { ...limit, timeWindow: 60_000 } };
  });
  await app.register(rateLimit as never, {
    global: false,
    cache: CLIENTS_PER_ROUTE_MAX,
    errorResponseBuilder: () => refusals.tooManyRequests(),
  });
}

/** The key or token, by its hash: no secret stays in the counters. */
function callerOf(request: FastifyRequest): string {
  const { authorization } = request.headers;
  return authorization ? createHash('sha256').update(authorization).digest('base64url') : request.ip;
}
