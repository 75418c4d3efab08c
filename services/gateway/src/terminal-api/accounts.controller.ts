import { Body, Controller, Get, Inject, Post, UseGuards } from '@nestjs/common';
import type { Account } from '@openswipe/contracts';
import { Peers } from '../grpc/peers.js';
import { Described } from '../http/described.js';
import { isoOf } from '../http/order.mapper.js';
import { Shape } from '../http/shape.pipe.js';
import type { TerminalSession } from './access-tokens.js';
import { SessionGuard, TheSession } from './session.guard.js';
import { type AccountView, accountView, type Registration, registration } from './session.schema.js';

@Controller('v1')
export class AccountsController {
  constructor(@Inject(Peers) private readonly peers: Peers) {}

  @Post('accounts')
  @Described({
    summary: 'Register an account',
    by: 'anybody',
    status: 201,
    answer: accountView,
    refusals: ['ACCOUNTS.EMAIL_TAKEN', 'ACCOUNTS.PASSWORD_TOO_WEAK', 'ACCOUNTS.FIELD_INVALID'],
  })
  async register(@Body(new Shape(registration)) body: Registration): Promise<AccountView> {
    const { mobile = '', locale = '', bankAccount, postalAddress, ...rest } = body;
    return toAccountView(await this.peers.accounts.register({ ...rest, mobile, locale, bankAccount, postalAddress }));
  }

  @Get('account')
  @UseGuards(SessionGuard)
  @Described({ summary: 'Read the own account', by: 'terminal', answer: accountView })
  async get(@TheSession() { accountId }: TerminalSession): Promise<AccountView> {
    return toAccountView(await this.peers.accounts.getAccount({ accountId }));
  }
}

const toAccountView = ({ id, email, displayName, mobile, locale, createdAt }: Account): AccountView => ({
  id,
  email,
  displayName,
  ...(mobile && { mobile }),
  ...(locale && { locale }),
  createdAt: isoOf(createdAt),
});
