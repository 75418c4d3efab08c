import { Body, Controller, Get, Inject, Param, Post, Query, Req, UseGuards } from '@nestjs/common';
import { type CreateOrderRequest, type Merchant, OrderKind } from '@openswipe/contracts';
import { CONFIG } from '@openswipe/service-kit';
import type { FastifyRequest } from 'fastify';
import type { GatewayConfig } from '../config.js';
import { Peers } from '../grpc/peers.js';
import { fingerprintOf } from '../http/canonical-json.js';
import { Described } from '../http/described.js';
import { refusals } from '../http/gateway-errors.js';
import { IdempotencyKey } from '../http/idempotency-key.js';
import { toMerchantOrderView } from '../http/order.mapper.js';
import { type MerchantOrderView, merchantOrderView } from '../http/order.view.js';
import { Shape } from '../http/shape.pipe.js';
import { MerchantGuard, TheMerchant } from './merchant.guard.js';
import { type NewOrder, newOrder, orderPage, orderPath, pageQuery, type PageQuery } from './new-order.schema.js';

type Parties = Pick<CreateOrderRequest, 'kind' | 'payeeId' | 'payeeName' | 'targetAccountId'>;

@Controller('v1/orders')
@UseGuards(MerchantGuard)
export class MerchantOrdersController {
  constructor(
    @Inject(Peers) private readonly peers: Peers,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Post()
  @Described({
    summary: 'Create an order; the same key and body give the same order again',
    by: 'merchant',
    status: 201,
    answer: merchantOrderView,
    headers: ['Idempotency-Key'],
    refusals: ['ORDERS.LINES_DO_NOT_ADD_UP', 'ORDERS.IDEMPOTENCY_KEY_REUSED', 'ACCOUNTS.ACCOUNT_NOT_FOUND'],
  })
  async create(
    @TheMerchant() merchant: Merchant,
    @IdempotencyKey() idempotencyKey: string,
    @Body(new Shape(newOrder)) body: NewOrder,
    @Req() request: FastifyRequest,
  ): Promise<MerchantOrderView> {
    const order = await this.peers.orders.createOrder({
      merchantId: merchant.id,
      ...(await this.#parties(merchant, body)),
      total: { amountMinor: BigInt(body.amountMinor), currency: body.currency },
      lines: body.lines.map((line) => ({ ...line, unitAmountMinor: BigInt(line.unitAmountMinor) })),
      terms: body.terms,
      merchantReference: body.merchantReference,
      returnUrl: body.returnUrl,
      cancelUrl: body.cancelUrl ?? '',
      expiresInSeconds: body.expiresInSeconds ?? 0,
      idempotencyKey,
      fingerprint: fingerprintOf(request.body),
    });
    return this.#view(order);
  }

  @Get(':id')
  @Described({ summary: 'Read an order', by: 'merchant', answer: merchantOrderView, refusals: ['ORDERS.NOT_FOUND'] })
  async get(
    @TheMerchant() { id: merchantId }: Merchant,
    @Param(new Shape(orderPath)) { id }: { id: string },
  ): Promise<MerchantOrderView> {
    const asker = { $case: 'merchantId', merchantId } as const;
    return this.#view(await this.peers.orders.getOrder({ orderId: id, asker }));
  }

  @Get()
  @Described({ summary: 'List orders, newest first', by: 'merchant', answer: orderPage })
  async list(
    @TheMerchant() { id: merchantId }: Merchant,
    @Query(new Shape(pageQuery)) { pageSize = 0, afterId = '' }: PageQuery,
  ): Promise<{ orders: MerchantOrderView[]; hasMore: boolean }> {
    const { orders, hasMore } = await this.peers.orders.listOrders({ merchantId, pageSize, afterId });
    return { orders: orders.map(this.#view), hasMore };
  }

  @Post(':id/cancel')
  @Described({
    summary: 'Cancel an order that is not paid; may be repeated',
    by: 'merchant',
    answer: merchantOrderView,
    refusals: ['ORDERS.NOT_FOUND', 'ORDERS.ALREADY_PAID', 'ORDERS.ALREADY_PAYING', 'ORDERS.EXPIRED'],
  })
  async cancel(
    @TheMerchant() { id: merchantId }: Merchant,
    @Param(new Shape(orderPath)) { id }: { id: string },
  ): Promise<MerchantOrderView> {
    const asker = { $case: 'merchantId', merchantId } as const;
    return this.#view(await this.peers.orders.cancelOrder({ orderId: id, asker }));
  }

  /** Who is paid: the merchant, or for a collect order the account on whose terminal the card is swiped [0062]. */
  async #parties(merchant: Merchant, { kind, account: email }: NewOrder): Promise<Parties> {
    const { accounts } = this.peers;
    if (kind === 'collect' && email === undefined) throw refusals.accountRequired();
    const accountId = email === undefined ? '' : (await accounts.resolveAccount({ email })).accountId;
    if (kind === 'pay') {
      return {
        kind: OrderKind.ORDER_KIND_PAY,
        payeeId: merchant.id,
        payeeName: merchant.name,
        targetAccountId: accountId,
      };
    }
    const { displayName } = await accounts.getAccount({ accountId });
    return {
      kind: OrderKind.ORDER_KIND_COLLECT,
      payeeId: accountId,
      payeeName: displayName,
      targetAccountId: accountId,
    };
  }

  readonly #view = (order: Parameters<typeof toMerchantOrderView>[0]): MerchantOrderView =>
    toMerchantOrderView(order, this.config.PUBLIC_URL);
}
