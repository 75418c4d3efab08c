import '@fastify/cookie';
import type { Session } from '@openswipe/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusals } from '../http/gateway-errors.js';

const NAME = 'openswipe_refresh';
const PATH = '/v1/sessions';

const attributes = (isSecure: boolean) =>
  ({ path: PATH, httpOnly: true, sameSite: 'strict', secure: isSecure }) as const;

/** The refresh token lives where no script sees it and no other site can send it. */
export function setRefreshCookie(reply: FastifyReply, session: Session, isSecure: boolean): void {
  const expires = session.refreshTokenExpiresAt;
  void reply.setCookie(NAME, session.refreshToken, { ...attributes(isSecure), ...(expires && { expires }) });
}

export function clearRefreshCookie(reply: FastifyReply, isSecure: boolean): void {
  void reply.clearCookie(NAME, attributes(isSecure));
}

export const refreshTokenOf = (request: FastifyRequest): string | undefined => request.cookies[NAME] || undefined;

/** A cross-site form cannot set a header. Throws `GATEWAY.CSRF_HEADER_MISSING`. */
export function requireCsrfHeader({ headers }: FastifyRequest): void {
  if (headers['x-openswipe'] !== '1') throw refusals.csrfHeaderMissing();
}
