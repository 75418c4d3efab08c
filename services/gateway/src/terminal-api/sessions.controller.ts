import { Body, Controller, Delete, Inject, Post, Req, Res } from '@nestjs/common';
import type { Session } from '@openswipe/contracts';
import { DomainError } from '@openswipe/kernel';
import { CONFIG } from '@openswipe/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type GatewayConfig, isLoopback } from '../config.js';
import { Peers } from '../grpc/peers.js';
import { Described } from '../http/described.js';
import { refusals } from '../http/gateway-errors.js';
import { isoOf } from '../http/order.mapper.js';
import { Shape } from '../http/shape.pipe.js';
import { clearRefreshCookie, refreshTokenOf, requireCsrfHeader, setRefreshCookie } from './refresh-cookie.js';
import { type Credentials, credentials, sessionView, type SessionView } from './session.schema.js';

@Controller('v1/sessions')
export class SessionsController {
  readonly #isSecure: boolean;

  constructor(
    @Inject(Peers) private readonly peers: Peers,
    @Inject(CONFIG) config: GatewayConfig,
  ) {
    this.#isSecure = !isLoopback(config.PUBLIC_URL);
  }

  @Post()
  @Described({
    summary: 'Log in; the refresh token comes as a cookie',
    by: 'anybody',
    answer: sessionView,
    refusals: ['ACCOUNTS.CREDENTIALS_WRONG', 'ACCOUNTS.TOO_MANY_TRIES', 'ACCOUNTS.TERMINAL_REVOKED'],
  })
  async logIn(
    @Body(new Shape(credentials)) { email, password, terminalId = '' }: Credentials,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    const remoteAddress = request.ip;
    return this.#enter(await this.peers.accounts.logIn({ email, password, terminalId, remoteAddress }), reply);
  }

  @Post('refresh')
  @Described({
    summary: 'Renew the access token; the cookie is replaced',
    by: 'cookie',
    answer: sessionView,
    headers: ['X-Openswipe'],
    refusals: ['ACCOUNTS.REFRESH_TOKEN_INVALID', 'ACCOUNTS.SESSION_REVOKED'],
  })
  async refresh(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SessionView> {
    requireCsrfHeader(request);
    const refreshToken = refreshTokenOf(request);
    if (refreshToken === undefined) throw refusals.refreshTokenMissing();
    try {
      return this.#enter(await this.peers.accounts.refreshSession({ refreshToken }), reply);
    } catch (error) {
      // A dead token is not worth another try.
      if (error instanceof DomainError && error.kind === 'unauthenticated') clearRefreshCookie(reply, this.#isSecure);
      throw error;
    }
  }

  @Delete()
  @Described({ summary: 'Log out; may be repeated', by: 'cookie', status: 204, headers: ['X-Openswipe'] })
  async logOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    requireCsrfHeader(request);
    const refreshToken = refreshTokenOf(request);
    if (refreshToken !== undefined) await this.peers.accounts.logOut({ refreshToken });
    clearRefreshCookie(reply, this.#isSecure);
  }

  #enter(session: Session, reply: FastifyReply): SessionView {
    setRefreshCookie(reply, session, this.#isSecure);
    return {
      accountId: session.accountId,
      terminalId: session.terminalId || null,
      accessToken: session.accessToken,
      accessTokenExpiresAt: isoOf(session.accessTokenExpiresAt),
    };
  }
}
