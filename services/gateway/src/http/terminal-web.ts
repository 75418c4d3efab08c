import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigurationProblem } from '@openswipe/service-kit';
import type { FastifyReply } from 'fastify';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { refusals } from './gateway-errors.js';

const PREFIX = '/terminal/';
const FOREVER = 'public, max-age=31536000, immutable';

/** The built web terminal: its files, and its page for every other path below. Throws `ConfigurationProblem`. */
export async function serveTerminal(app: NestFastifyApplication, folder: string): Promise<void> {
  const root = resolve(folder);
  if (!existsSync(join(root, 'index.html'))) {
    throw new ConfigurationProblem([`TERMINAL_WEB_DIR: ${root} holds no index.html; build the web terminal first`]);
  }
  await app.register(fastifyStatic as never, {
    root,
    prefix: PREFIX,
    // The list of files is made once: anything else is the page.
    wildcard: false,
    cacheControl: false,
    // Names below assets/ carry a hash of their content; page and service worker must be looked for each time.
    setHeaders: (reply: FastifyReply, path: string) =>
      reply.header('cache-control', path.startsWith(join(root, 'assets')) ? FOREVER : 'no-cache'),
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/terminal', (_request, reply) => reply.redirect(PREFIX, 308));
  fastify.get(`${PREFIX}*`, (request, reply) => {
    const { '*': path = '' } = request.params as { '*'?: string };
    if (/(^|\/)[^/]*\.[a-z0-9]+$/i.test(path)) throw refusals.notFound();
    return reply.sendFile('index.html');
  });
}
