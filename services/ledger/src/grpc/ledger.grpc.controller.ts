import type {
  GetBalancesRequest,
  GetBalancesResponse,
  ListEntriesRequest,
  ListEntriesResponse,
  ListPayoutsRequest,
  ListPayoutsResponse,
} from '@openswipe/contracts';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { GetBalances } from '../application/get-balances.js';
import { ListEntries } from '../application/list-entries.js';
import { ListPayouts } from '../application/list-payouts.js';
import { toBalanceMessage, toEntryMessage, toPayoutMessage } from '../wire/ledger.mapper.js';

@Controller()
export class LedgerGrpcController {
  constructor(
    @Inject(ListEntries) private readonly entries: ListEntries,
    @Inject(GetBalances) private readonly balances: GetBalances,
    @Inject(ListPayouts) private readonly payouts: ListPayouts,
  ) {}

  @GrpcMethod('Ledger', 'listEntries')
  async listEntries({ orderId }: ListEntriesRequest): Promise<ListEntriesResponse> {
    return { entries: (await this.entries.execute(orderId)).map(toEntryMessage) };
  }

  @GrpcMethod('Ledger', 'getBalances')
  async getBalances({ ownerId }: GetBalancesRequest): Promise<GetBalancesResponse> {
    return { balances: (await this.balances.execute(ownerId)).map(toBalanceMessage) };
  }

  @GrpcMethod('Ledger', 'listPayouts')
  async listPayouts({ payeeId }: ListPayoutsRequest): Promise<ListPayoutsResponse> {
    return { payouts: (await this.payouts.execute(payeeId)).map(toPayoutMessage) };
  }
}
