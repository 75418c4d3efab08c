import type {
  BeginPaymentsRequest,
  BeginPaymentsResponse,
  CancelOrderRequest,
  ClaimOrderRequest,
  CreateOrderRequest,
  GetOrderRequest,
  ListInboxRequest,
  ListInboxResponse,
  ListOrdersRequest,
  ListOrdersResponse,
  NameAccountRequest,
  Order,
  ReleaseOrderRequest,
} from '@openswipe/contracts';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { BeginPayments } from '../application/begin-payments.js';
import { CancelOrder } from '../application/cancel-order.js';
import { ClaimOrder } from '../application/claim-order.js';
import { CreateOrder } from '../application/create-order.js';
import { GetOrder } from '../application/get-order.js';
import { ListInbox } from '../application/list-inbox.js';
import { ListOrders } from '../application/list-orders.js';
import { NameAccount } from '../application/name-account.js';
import { ReleaseOrder } from '../application/release-order.js';
import { toMessage } from '../wire/order.mapper.js';
import { toAsker, toCommand, toResult } from './request.mapper.js';

@Controller()
export class OrdersGrpcController {
  constructor(
    @Inject(CreateOrder) private readonly creation: CreateOrder,
    @Inject(GetOrder) private readonly reading: GetOrder,
    @Inject(ListOrders) private readonly listing: ListOrders,
    @Inject(NameAccount) private readonly naming: NameAccount,
    @Inject(ListInbox) private readonly inbox: ListInbox,
    @Inject(ClaimOrder) private readonly claiming: ClaimOrder,
    @Inject(ReleaseOrder) private readonly releasing: ReleaseOrder,
    @Inject(CancelOrder) private readonly canceling: CancelOrder,
    @Inject(BeginPayments) private readonly beginning: BeginPayments,
  ) {}

  @GrpcMethod('Orders', 'createOrder')
  async createOrder(request: CreateOrderRequest): Promise<Order> {
    return toMessage(await this.creation.execute(toCommand(request)));
  }

  @GrpcMethod('Orders', 'getOrder')
  async getOrder({ orderId, asker }: GetOrderRequest): Promise<Order> {
    return toMessage(await this.reading.execute(orderId, toAsker(asker)));
  }

  @GrpcMethod('Orders', 'listOrders')
  async listOrders({ merchantId, pageSize, afterId }: ListOrdersRequest): Promise<ListOrdersResponse> {
    const { orders, hasMore } = await this.listing.execute(merchantId, pageSize, afterId);
    return { orders: orders.map(toMessage), hasMore };
  }

  @GrpcMethod('Orders', 'nameAccount')
  async nameAccount({ orderId, accountId }: NameAccountRequest): Promise<Order> {
    return toMessage(await this.naming.execute(orderId, accountId));
  }

  @GrpcMethod('Orders', 'listInbox')
  async listInbox({ accountId }: ListInboxRequest): Promise<ListInboxResponse> {
    return { orders: (await this.inbox.execute(accountId)).map(toMessage) };
  }

  @GrpcMethod('Orders', 'claimOrder')
  async claimOrder({ orderId, accountId, terminalId }: ClaimOrderRequest): Promise<Order> {
    return toMessage(await this.claiming.execute(orderId, accountId, terminalId));
  }

  @GrpcMethod('Orders', 'releaseOrder')
  async releaseOrder({ orderId, accountId, terminalId }: ReleaseOrderRequest): Promise<Order> {
    return toMessage(await this.releasing.execute(orderId, accountId, terminalId));
  }

  @GrpcMethod('Orders', 'cancelOrder')
  async cancelOrder({ orderId, asker }: CancelOrderRequest): Promise<Order> {
    return toMessage(await this.canceling.execute(orderId, toAsker(asker)));
  }

  @GrpcMethod('Orders', 'beginPayments')
  async beginPayments({ items }: BeginPaymentsRequest): Promise<BeginPaymentsResponse> {
    return { results: (await this.beginning.execute(items)).map(toResult) };
  }
}
