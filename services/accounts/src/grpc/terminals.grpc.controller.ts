import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  EnrolTerminalRequest,
  EnrolledTerminal,
  ListTerminalsRequest,
  ListTerminalsResponse,
  RevokeTerminalRequest,
  RevokeTerminalResponse,
  Terminal as TerminalMessage,
} from '@openswipe/contracts';
import { EnrolTerminal } from '../application/enrol-terminal.js';
import { ListTerminals } from '../application/list-terminals.js';
import { RevokeTerminal } from '../application/revoke-terminal.js';
import type { Terminal } from '../domain/terminal.js';
import { toSessionMessage } from './account.mapper.js';

@Controller()
export class TerminalsGrpcController {
  constructor(
    @Inject(EnrolTerminal) private readonly enrol: EnrolTerminal,
    @Inject(ListTerminals) private readonly list: ListTerminals,
    @Inject(RevokeTerminal) private readonly revoke: RevokeTerminal,
  ) {}

  @GrpcMethod('Accounts', 'enrolTerminal')
  async enrolTerminal(request: EnrolTerminalRequest): Promise<EnrolledTerminal> {
    const { terminal, caCertificate, dataKey, pinKey, session } = await this.enrol.execute(request);
    const { id: terminalId, certificate } = terminal;
    return { terminalId, certificate, caCertificate, dataKey, pinKey, session: toSessionMessage(session) };
  }

  @GrpcMethod('Accounts', 'listTerminals')
  async listTerminals({ accountId }: ListTerminalsRequest): Promise<ListTerminalsResponse> {
    return { terminals: (await this.list.execute(accountId)).map(toTerminalMessage) };
  }

  @GrpcMethod('Accounts', 'revokeTerminal')
  async revokeTerminal({ accountId, terminalId }: RevokeTerminalRequest): Promise<RevokeTerminalResponse> {
    await this.revoke.execute(accountId, terminalId);
    return {};
  }
}

const toTerminalMessage = ({ id, name, enrolledAt, lastSeenAt, state }: Terminal): TerminalMessage => ({
  id,
  name,
  enrolledAt,
  lastSeenAt,
  revoked: state === 'revoked',
});
