import type { FastifyRequest } from 'fastify';
import { refusals } from '../http/gateway-errors.js';

/**
 * Only our own page may post here. Browsers say where a request comes from by Sec-Fetch-Site, older ones by Origin
 * alone; what is no browser says neither, and carries nobody's cookies. Throws `GATEWAY.FOREIGN_ORIGIN`.
 */
export function requireSameOrigin({ headers }: FastifyRequest, publicUrl: string): void {
  const site = headers['sec-fetch-site'];
  const isOwn = site === undefined ? isOwnOrigin(headers.origin, publicUrl) : site === 'same-origin';
  if (!isOwn) throw refusals.foreignOrigin();
}

const isOwnOrigin = (origin: string | undefined, publicUrl: string): boolean =>
  origin === undefined || origin === new URL(publicUrl).origin;
