import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  SecurityCheck,
  type GetSecurityChecksRequest,
  type GetSecurityChecksResponse,
  type InitialKey,
  type IssueInitialKeyRequest,
  type ResolveAuthorizationRequest,
  type ResolveAuthorizationResponse,
} from '@openswipe/contracts';
import { parseId } from '@openswipe/kernel';
import { GetSecurityChecks } from '../application/get-security-checks.js';
import { IssueInitialKey } from '../application/issue-initial-key.js';
import { ResolveAuthorization } from '../application/resolve-authorization.js';

const CHECKS = {
  pin: SecurityCheck.SECURITY_CHECK_PIN,
  biometric: SecurityCheck.SECURITY_CHECK_BIOMETRIC,
  signature: SecurityCheck.SECURITY_CHECK_SIGNATURE,
} as const;

@Controller()
export class RiskGrpcController {
  constructor(
    @Inject(ResolveAuthorization) private readonly resolve: ResolveAuthorization,
    @Inject(IssueInitialKey) private readonly issue: IssueInitialKey,
    @Inject(GetSecurityChecks) private readonly checks: GetSecurityChecks,
  ) {}

  @GrpcMethod('Risk', 'resolveAuthorization')
  async resolveAuthorization(request: ResolveAuthorizationRequest): Promise<ResolveAuthorizationResponse> {
    return { resolved: await this.resolve.execute(parseId('transaction', request.transactionId), request.giveUp) };
  }

  @GrpcMethod('Risk', 'getSecurityChecks')
  getSecurityChecks({ bin }: GetSecurityChecksRequest): GetSecurityChecksResponse {
    return { checks: this.checks.execute(bin).map((check) => CHECKS[check]) };
  }

  @GrpcMethod('Risk', 'issueInitialKey')
  async issueInitialKey(request: IssueInitialKeyRequest): Promise<InitialKey> {
    const terminalId = parseId('terminal', request.terminalId);
    const issued = await this.issue.execute(terminalId, request.derivationId, request.publicKey);
    return {
      initialKeyId: Buffer.from(issued.initialKeyId),
      encryptedKey: Buffer.from(issued.encryptedKey),
      keyCheckValue: issued.keyCheckValue,
    };
  }
}
