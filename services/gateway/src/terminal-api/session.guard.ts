import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from '../http/bearer.js';
import { refusals } from '../http/gateway-errors.js';
import { AccessTokens, type TerminalSession } from './access-tokens.js';

type SessionRequest = FastifyRequest & { session?: TerminalSession };

/** A session whose terminal is enrolled. */
export type EnrolledSession = TerminalSession & { readonly terminalId: string };

/** Lets in who holds an access token. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(@Inject(AccessTokens) private readonly tokens: AccessTokens) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SessionRequest>();
    request.session = await this.tokens.verify(bearerOf(request));
    return true;
  }
}

/** Lets in only sessions that carry a terminal: without one, an account may enrol and nothing else. */
@Injectable()
export class EnrolledGuard extends SessionGuard {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await super.canActivate(context);
    const { session } = context.switchToHttp().getRequest<SessionRequest>();
    if (session?.terminalId === undefined) throw refusals.terminalRequired();
    return true;
  }
}

/** The session that the guard let in. */
export const TheSession = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<SessionRequest>().session,
);
