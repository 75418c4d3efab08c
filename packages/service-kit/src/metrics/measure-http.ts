import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { httpRequestSeconds } from './instruments.js';

/** By the route's pattern, never by the address that was asked for: that one names orders. */
export function measureHttp(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', async ({ method, routeOptions }, reply) => {
      if (String(reply.getHeader('content-type')).startsWith('text/event-stream')) return;
      const labels = { method, route: routeOptions.url ?? 'none', status: String(reply.statusCode) };
      httpRequestSeconds.observe(labels, reply.elapsedTime / 1_000);
    });
}
