import { HttpException } from '@nestjs/common';
import { DomainError, TransientFault, type RefusalKind } from '@openswipe/kernel';

/** RFC 9457, `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly param?: string;
  readonly facts?: Readonly<Record<string, string>>;
  readonly requestId: string;
}

/** The one table between kinds of refusal and HTTP status codes. */
const STATUS_OF: Record<RefusalKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  'rate-limited': 429,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Authentication is required',
  403: 'This is not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'The state does not allow this',
  410: 'Gone',
  413: 'The request is too large',
  414: 'The address is too long',
  415: 'The media type is not supported',
  429: 'Too many requests',
  503: 'Unavailable at the moment',
};

/** What the HTTP framework itself refuses, by status. */
const CODES: Readonly<Record<number, string>> = {
  400: 'GATEWAY.REQUEST_INVALID',
  404: 'GATEWAY.NOT_FOUND',
  405: 'GATEWAY.METHOD_NOT_ALLOWED',
  413: 'GATEWAY.BODY_TOO_LARGE',
  414: 'GATEWAY.ADDRESS_TOO_LONG',
  415: 'GATEWAY.MEDIA_TYPE_UNSUPPORTED',
  503: 'GATEWAY.UNAVAILABLE',
};

/** A refusal shows itself; any other error shows nothing but that it happened. */
export function toProblem(error: unknown, requestId: string): Problem {
  if (error instanceof DomainError) {
    const { code, message, kind, param, facts } = error;
    const more = { ...(param === undefined ? {} : { param }), ...(Object.keys(facts).length > 0 ? { facts } : {}) };
    return { ...problem(STATUS_OF[kind], code, message), ...more, requestId };
  }
  const status = error instanceof TransientFault ? 503 : statusOf(error);
  const code = CODES[status] ?? (status < 500 ? 'GATEWAY.REQUEST_INVALID' : 'GATEWAY.INTERNAL');
  return { ...problem(status, code, TITLES[status] ?? 'Something went wrong'), requestId };
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : 500;
}

const problem = (status: number, code: string, detail: string) => ({
  type: `urn:openswipe:problem:${code}`,
  title: TITLES[status] ?? 'Something went wrong',
  status,
  detail,
  code,
});
