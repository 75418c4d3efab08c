import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  Account,
  ChangeMobileRequest,
  ChangeMobileResponse,
  ConfirmMobileRequest,
  GetAccountRequest,
  GetPayeeRequest,
  Payee,
  RegisterRequest,
  ResolveAccountRequest,
  ResolveAccountResponse,
} from '@openswipe/contracts';
import { Sensitive } from '@openswipe/kernel';
import { ChangeMobile } from '../application/change-mobile.js';
import { ConfirmMobile } from '../application/confirm-mobile.js';
import { GetAccount } from '../application/get-account.js';
import { GetPayee } from '../application/get-payee.js';
import { RegisterAccount } from '../application/register-account.js';
import { ResolveAccount } from '../application/resolve-account.js';
import { toAccountMessage, toPayeeMessage } from './account.mapper.js';

@Controller()
export class AccountsGrpcController {
  constructor(
    @Inject(RegisterAccount) private readonly registerAccount: RegisterAccount,
    @Inject(GetAccount) private readonly findAccount: GetAccount,
    @Inject(ResolveAccount) private readonly resolve: ResolveAccount,
    @Inject(GetPayee) private readonly findPayee: GetPayee,
    @Inject(ChangeMobile) private readonly change: ChangeMobile,
    @Inject(ConfirmMobile) private readonly confirm: ConfirmMobile,
  ) {}

  @GrpcMethod('Accounts', 'register')
  async register({ password, ...rest }: RegisterRequest): Promise<Account> {
    return toAccountMessage(await this.registerAccount.execute({ ...rest, password: new Sensitive(password) }));
  }

  @GrpcMethod('Accounts', 'getAccount')
  async getAccount({ accountId }: GetAccountRequest): Promise<Account> {
    return toAccountMessage(await this.findAccount.execute(accountId));
  }

  @GrpcMethod('Accounts', 'resolveAccount')
  async resolveAccount({ email }: ResolveAccountRequest): Promise<ResolveAccountResponse> {
    return { accountId: await this.resolve.execute(email) };
  }

  @GrpcMethod('Accounts', 'getPayee')
  async getPayee({ payeeId }: GetPayeeRequest): Promise<Payee> {
    return toPayeeMessage(await this.findPayee.execute(payeeId));
  }

  @GrpcMethod('Accounts', 'changeMobile')
  async changeMobile({ accountId, mobile }: ChangeMobileRequest): Promise<ChangeMobileResponse> {
    return { codeExpiresAt: await this.change.execute(accountId, mobile) };
  }

  @GrpcMethod('Accounts', 'confirmMobile')
  async confirmMobile({ accountId, code }: ConfirmMobileRequest): Promise<Account> {
    return toAccountMessage(await this.confirm.execute(accountId, new Sensitive(code)));
  }
}
