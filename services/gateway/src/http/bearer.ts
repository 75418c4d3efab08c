import type { FastifyRequest } from 'fastify';
import { refusals } from './gateway-errors.js';

const LENGTH_MAX = 4_096;

/** The credential of `Authorization: Bearer`. Throws `GATEWAY.CREDENTIAL_MISSING`. */
export function bearerOf({ headers: { authorization = '' } }: FastifyRequest): string {
  const credential =
    authorization.length <= LENGTH_MAX ? /^bearer +([\w.~+/=-]+)$/i.exec(authorization)?.[1] : undefined;
  if (credential === undefined) throw refusals.credentialMissing();
  return credential;
}
