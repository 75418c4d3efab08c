import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../assets/checkout');
const PREFIX = '/checkout/assets/';

/** The version in the address changes with the content, so that browsers may keep the file for ever. */
function addressOf(file: string): string {
  const version = createHash('sha256')
    .update(readFileSync(join(ROOT, file)))
    .digest('hex');
  return `${PREFIX}${file}?v=${version.slice(0, 16)}`;
}

export const ASSETS = { script: addressOf('checkout.js'), style: addressOf('checkout.css') } as const;

export async function serveCheckoutAssets(app: NestFastifyApplication): Promise<void> {
  await app.register(fastifyStatic as never, {
    root: ROOT,
    prefix: PREFIX,
    wildcard: false,
    decorateReply: false,
    immutable: true,
    maxAge: '1y',
  });
}
