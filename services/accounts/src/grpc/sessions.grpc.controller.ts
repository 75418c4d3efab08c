import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  GetVerificationKeysResponse,
  LogInRequest,
  LogOutRequest,
  LogOutResponse,
  RefreshSessionRequest,
  Session,
} from '@openswipe/contracts';
import { Sensitive } from '@openswipe/kernel';
import { LogIn } from '../application/log-in.js';
import { LogOut } from '../application/log-out.js';
import { RefreshSession } from '../application/refresh-session.js';
import { AccessTokenIssuer } from '../crypto/access-token-issuer.js';
import { toSessionMessage } from './account.mapper.js';

@Controller()
export class SessionsGrpcController {
  constructor(
    @Inject(LogIn) private readonly enter: LogIn,
    @Inject(RefreshSession) private readonly refresh: RefreshSession,
    @Inject(LogOut) private readonly leave: LogOut,
    @Inject(AccessTokenIssuer) private readonly accessTokens: AccessTokenIssuer,
  ) {}

  @GrpcMethod('Accounts', 'logIn')
  async logIn({ password, ...rest }: LogInRequest): Promise<Session> {
    return toSessionMessage(await this.enter.execute({ ...rest, password: new Sensitive(password) }));
  }

  @GrpcMethod('Accounts', 'refreshSession')
  async refreshSession({ refreshToken }: RefreshSessionRequest): Promise<Session> {
    return toSessionMessage(await this.refresh.execute(refreshToken));
  }

  @GrpcMethod('Accounts', 'logOut')
  async logOut({ refreshToken }: LogOutRequest): Promise<LogOutResponse> {
    await this.leave.execute(refreshToken);
    return {};
  }

  @GrpcMethod('Accounts', 'getVerificationKeys')
  getVerificationKeys(): GetVerificationKeysResponse {
    return { jwks: this.accessTokens.jwks };
  }
}
