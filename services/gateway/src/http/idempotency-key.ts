import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { refusals } from './gateway-errors.js';

const FORM = /^[\x21-\x7e][\x20-\x7e]{0,254}$/;

/** The Idempotency-Key header, 1 to 255 printable characters. Throws `GATEWAY.IDEMPOTENCY_KEY_MISSING`. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const key = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
  if (typeof key === 'string' && FORM.test(key)) return key;
  throw refusals.idempotencyKeyMissing();
});
