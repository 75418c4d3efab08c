import { Body, Controller, Delete, Get, Inject, Param, Post, Res, UseGuards } from '@nestjs/common';
import type { EnrolledTerminal, InitialKey } from '@openswipe/contracts';
import { CONFIG } from '@openswipe/service-kit';
import type { FastifyReply } from 'fastify';
import { type GatewayConfig, isLoopback } from '../config.js';
import { Peers } from '../grpc/peers.js';
import { Described } from '../http/described.js';
import { isoOf } from '../http/order.mapper.js';
import { Shape } from '../http/shape.pipe.js';
import { PushHub } from '../push/push-hub.js';
import { AccessTokens, type TerminalSession } from './access-tokens.js';
import { setRefreshCookie } from './refresh-cookie.js';
import { SessionGuard, TheSession } from './session.guard.js';
import {
  enrolmentView,
  type EnrolmentView,
  newTerminal,
  type NewTerminal,
  terminalList,
  type TerminalList,
  terminalPath,
} from './session.schema.js';

@Controller('v1/terminals')
@UseGuards(SessionGuard)
export class TerminalsController {
  readonly #isSecure: boolean;

  constructor(
    @Inject(Peers) private readonly peers: Peers,
    @Inject(PushHub) private readonly hub: PushHub,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(CONFIG) config: GatewayConfig,
  ) {
    this.#isSecure = !isLoopback(config.PUBLIC_URL);
  }

  @Post()
  @Described({
    summary: 'Enrol this terminal: certificate, initial keys, and a session bound to it',
    by: 'terminal',
    status: 201,
    answer: enrolmentView,
    refusals: ['ACCOUNTS.CERTIFICATE_REQUEST_INVALID', 'ACCOUNTS.TOO_MANY_TERMINALS'],
  })
  async enrol(
    @TheSession() { accountId, familyId }: TerminalSession,
    @Body(new Shape(newTerminal)) { name, certificateRequest }: NewTerminal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EnrolmentView> {
    const request = { accountId, name, certificateRequest, sessionFamilyId: familyId };
    const enrolled = await this.peers.accounts.enrolTerminal(request);
    if (enrolled.session) setRefreshCookie(reply, enrolled.session, this.#isSecure);
    return toEnrolmentView(enrolled);
  }

  @Get()
  @Described({ summary: 'List the terminals of the own account', by: 'terminal', answer: terminalList })
  async list(@TheSession() { accountId }: TerminalSession): Promise<TerminalList> {
    const { terminals } = await this.peers.accounts.listTerminals({ accountId });
    return {
      terminals: terminals.map(({ id, name, enrolledAt, lastSeenAt, revoked }) => ({
        id,
        name,
        enrolledAt: isoOf(enrolledAt),
        ...(lastSeenAt && { lastSeenAt: isoOf(lastSeenAt) }),
        revoked,
      })),
    };
  }

  @Delete(':id')
  @Described({
    summary: 'Sign a terminal out for good; its streams and tokens end',
    by: 'terminal',
    status: 204,
    refusals: ['ACCOUNTS.TERMINAL_NOT_FOUND'],
  })
  async signOut(
    @TheSession() { accountId }: TerminalSession,
    @Param(new Shape(terminalPath)) { id }: { id: string },
  ): Promise<void> {
    await this.peers.accounts.revokeTerminal({ accountId, terminalId: id });
    this.tokens.revoke(id);
    this.hub.endTerminal(accountId, id);
  }
}

function toEnrolmentView(enrolled: EnrolledTerminal): EnrolmentView {
  const { terminalId, certificate, caCertificate, dataKey, pinKey, session } = enrolled;
  return {
    terminalId,
    certificate,
    caCertificate,
    dataKey: toInitialKeyView(dataKey),
    pinKey: toInitialKeyView(pinKey),
    accessToken: session?.accessToken ?? '',
    accessTokenExpiresAt: isoOf(session?.accessTokenExpiresAt),
  };
}

const toInitialKeyView = (key: InitialKey | undefined): EnrolmentView['dataKey'] => ({
  initialKeyId: key?.initialKeyId.toString('hex') ?? '',
  encryptedKey: key?.encryptedKey.toString('base64') ?? '',
  keyCheckValue: key?.keyCheckValue ?? '',
});
