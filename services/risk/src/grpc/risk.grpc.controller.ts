import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  InitialKey,
  IssueInitialKeyRequest,
  ResolveAuthorizationRequest,
  ResolveAuthorizationResponse,
} from '@openswipe/contracts';
import { parseId } from '@openswipe/kernel';
import { IssueInitialKey } from '../application/issue-initial-key.js';
import { ResolveAuthorization } from '../application/resolve-authorization.js';

@Controller()
export class RiskGrpcController {
  constructor(
    @Inject(ResolveAuthorization) private readonly resolve: ResolveAuthorization,
    @Inject(IssueInitialKey) private readonly issue: IssueInitialKey,
  ) {}

  @GrpcMethod('Risk', 'resolveAuthorization')
  async resolveAuthorization(request: ResolveAuthorizationRequest): Promise<ResolveAuthorizationResponse> {
    return { resolved: await this.resolve.execute(parseId('transaction', request.transactionId), request.giveUp) };
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
