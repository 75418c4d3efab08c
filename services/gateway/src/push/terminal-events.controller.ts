import { Controller, Get, Inject, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Described } from '../http/described.js';
import { EnrolledGuard, type EnrolledSession, TheSession } from '../terminal-api/session.guard.js';
import { PushHub } from './push-hub.js';

@Controller('v1/terminal')
@UseGuards(EnrolledGuard)
export class TerminalEventsController {
  constructor(@Inject(PushHub) private readonly hub: PushHub) {}

  @Get('events')
  @Described({
    summary: 'Follow orders and transactions: events hello, order, transaction, resync; continues by Last-Event-ID',
    by: 'terminal',
    mediaType: 'text/event-stream',
    refusals: ['GATEWAY.TOO_MANY_STREAMS'],
  })
  events(@TheSession() session: EnrolledSession, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const lastEventId = request.headers['last-event-id'];
    this.hub.openForTerminal(reply, session, typeof lastEventId === 'string' ? lastEventId : undefined);
  }
}
