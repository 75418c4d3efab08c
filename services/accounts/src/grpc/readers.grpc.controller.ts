import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  ApplyForReaderRequest,
  BindReaderRequest,
  CheckReaderRequest,
  CheckReaderResponse,
  ListReaderApplicationsRequest,
  ListReadersRequest,
  ListReadersResponse,
  Reader as ReaderMessage,
  ReaderRequest,
  ShipReaderRequest,
} from '@openswipe/contracts';
import { ApplyForReader } from '../application/apply-for-reader.js';
import { BindReader } from '../application/bind-reader.js';
import { CancelReaderApplication } from '../application/cancel-reader-application.js';
import { CheckReader } from '../application/check-reader.js';
import { ListReaders } from '../application/list-readers.js';
import { ReportReaderLost } from '../application/report-reader-lost.js';
import { ShipReader } from '../application/ship-reader.js';
import { toReaderMessage } from './reader.mapper.js';

@Controller()
export class ReadersGrpcController {
  constructor(
    @Inject(ApplyForReader) private readonly apply: ApplyForReader,
    @Inject(CancelReaderApplication) private readonly cancel: CancelReaderApplication,
    @Inject(ListReaders) private readonly list: ListReaders,
    @Inject(BindReader) private readonly bind: BindReader,
    @Inject(ReportReaderLost) private readonly reportLost: ReportReaderLost,
    @Inject(ShipReader) private readonly ship: ShipReader,
    @Inject(CheckReader) private readonly check: CheckReader,
  ) {}

  @GrpcMethod('Accounts', 'applyForReader')
  async applyForReader(request: ApplyForReaderRequest): Promise<ReaderMessage> {
    return toReaderMessage(await this.apply.execute(request));
  }

  @GrpcMethod('Accounts', 'cancelReaderApplication')
  async cancelReaderApplication({ accountId, readerId }: ReaderRequest): Promise<ReaderMessage> {
    return toReaderMessage(await this.cancel.execute(accountId, readerId));
  }

  @GrpcMethod('Accounts', 'listReaders')
  async listReaders({ accountId }: ListReadersRequest): Promise<ListReadersResponse> {
    return { readers: (await this.list.execute(accountId)).map(toReaderMessage) };
  }

  @GrpcMethod('Accounts', 'bindReader')
  async bindReader({ accountId, terminalId, serialNumber }: BindReaderRequest): Promise<ReaderMessage> {
    return toReaderMessage(await this.bind.execute(accountId, terminalId, serialNumber));
  }

  @GrpcMethod('Accounts', 'reportReaderLost')
  async reportReaderLost({ accountId, readerId }: ReaderRequest): Promise<ReaderMessage> {
    return toReaderMessage(await this.reportLost.execute(accountId, readerId));
  }

  @GrpcMethod('Accounts', 'listReaderApplications')
  async listReaderApplications(request: ListReaderApplicationsRequest): Promise<ListReadersResponse> {
    return { readers: (await this.list.ofAll(request.pageSize, request.afterId)).map(toReaderMessage) };
  }

  @GrpcMethod('Accounts', 'shipReader')
  async shipReader({ readerId, ...shipment }: ShipReaderRequest): Promise<ReaderMessage> {
    return toReaderMessage(await this.ship.execute(readerId, shipment));
  }

  @GrpcMethod('Accounts', 'checkReader')
  async checkReader({ accountId, initialKeyId }: CheckReaderRequest): Promise<CheckReaderResponse> {
    return { reasonCode: await this.check.execute(accountId, initialKeyId) };
  }
}
