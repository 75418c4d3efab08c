import { Body, Controller, Get, Inject, Post, UseGuards } from '@nestjs/common';
import type { Account } from '@openswipe/contracts';
import { Peers } from '../grpc/peers.js';
import { Described } from '../http/described.js';
import { isoOf } from '../http/order.mapper.js';
import { Shape } from '../http/shape.pipe.js';
import type { TerminalSession } from './access-tokens.js';
import { SessionGuard, TheSession } from './session.guard.js';
import {
  type AccountView,
  accountView,
  mobileCode,
  type MobileCodeView,
  mobileCodeView,
  newMobile,
  type Registration,
  registration,
} from './session.schema.js';

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

  @Post('account/mobile')
  @UseGuards(SessionGuard)
  @Described({
    summary: 'Name a mobile number; a code by text message confirms it',
    by: 'terminal',
    status: 202,
    answer: mobileCodeView,
    refusals: ['ACCOUNTS.FIELD_INVALID', 'ACCOUNTS.MOBILE_CODE_TOO_OFTEN', 'ACCOUNTS.MOBILE_UNAVAILABLE'],
  })
  async changeMobile(
    @TheSession() { accountId }: TerminalSession,
    @Body(new Shape(newMobile)) { mobile }: { mobile: string },
  ): Promise<MobileCodeView> {
    const { codeExpiresAt } = await this.peers.accounts.changeMobile({ accountId, mobile });
    return codeExpiresAt ? { codeExpiresAt: isoOf(codeExpiresAt) } : {};
  }

  @Post('account/mobile/confirm')
  @UseGuards(SessionGuard)
  @Described({
    summary: 'Confirm the mobile number by the code that was sent to it',
    by: 'terminal',
    answer: accountView,
    refusals: ['ACCOUNTS.MOBILE_CODE_WRONG', 'ACCOUNTS.MOBILE_CODE_EXPIRED'],
  })
  async confirmMobile(
    @TheSession() { accountId }: TerminalSession,
    @Body(new Shape(mobileCode)) { code }: { code: string },
  ): Promise<AccountView> {
    return toAccountView(await this.peers.accounts.confirmMobile({ accountId, code }));
  }
}

const toAccountView = (account: Account): AccountView => {
  const { id, email, displayName, mobile, mobileConfirmed, locale, postalAddress, createdAt } = account;
  return {
    id,
    email,
    displayName,
    ...(mobile && { mobile }),
    mobileConfirmed,
    ...(locale && { locale }),
    ...(postalAddress && { postalAddress }),
    createdAt: isoOf(createdAt),
  };
};
