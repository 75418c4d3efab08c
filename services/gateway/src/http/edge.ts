import cookie from '@fastify/cookie';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { LOGGER, type Logger } from '@openswipe/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { GatewayConfig } from '../config.js';
import { serveCheckoutAssets } from '../checkout/checkout-assets.js';
import { errorPage } from '../checkout/error-page.js';
import { closeSilentConnections } from './connections.js';
import { ProblemFilter } from './problem.filter.js';
import { toProblem } from './problem.js';
import { limitRates } from './rate-limits.js';
import { securityHeaders } from './security-headers.js';
import { serveTerminal } from './terminal-web.js';

const BODY_BYTES_MAX = 256 * 1_024;
/** For a whole request to come in: a slow sender must not hold a connection. */
const REQUEST_LIMIT_MS = 15_000;

export const edgeAdapter = ({ TRUST_PROXY, PUBLIC_URL }: GatewayConfig): FastifyAdapter =>
  new FastifyAdapter({
    trustProxy: TRUST_PROXY,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_LIMIT_MS,
    // A HEAD of an event stream would never end.
    exposeHeadRoutes: false,
    requestIdHeader: false,
    // A request that still comes by a kept connection is answered, and ends it.
    return503OnClosing: false,
    genReqId: () => `req_${randomUUID().replaceAll('-', '')}`,
    // The longest id in an address is that of a WebAuthn credential: 1 023 bytes, base64url.
    routerOptions: { maxParamLength: 1_400 },
    // An address the router cannot read never reaches hooks or filters.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const problem = toProblem(error, request.id);
      void reply.headers(securityHeaders(request, PUBLIC_URL)).status(problem.status);
      void reply.type('application/problem+json').send(JSON.stringify(problem));
    },
  } as never);

/** Hooks, plugins and files of the edge; before the routes are made. */
export async function prepareEdge(app: NestFastifyApplication, config: GatewayConfig): Promise<void> {
  const logger = app.get<Logger>(LOGGER);
  const fastify = app.getHttpAdapter().getInstance();
  closeSilentConnections(fastify);
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.headers(securityHeaders(request, config.PUBLIC_URL));
  });
  logRequests(app, logger);
  await app.register(cookie as never);
  await limitRates(app, config);
  await serveCheckoutAssets(app);
  await serveTerminal(app, config.TERMINAL_WEB_DIR);
  app.useGlobalFilters(new ProblemFilter(logger, errorPage));
}

/** One line per answer. The route, not the address: an order id is a secret of its checkout page. */
function logRequests(app: NestFastifyApplication, logger: Logger): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', async (request, reply) => {
      const { method, routeOptions, id: requestId } = request;
      const milliseconds = Math.round(reply.elapsedTime);
      const route = routeOptions.url ?? 'none';
      logger.debug({ requestId, method, route, status: reply.statusCode, milliseconds }, 'answered');
    });
}
