import { Body, Controller, Get, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import { OrderKind } from '@openswipe/contracts';
import type { FastifyRequest } from 'fastify';
import { Peers } from '../grpc/peers.js';
import { fingerprintOf } from '../http/canonical-json.js';
import { Described } from '../http/described.js';
import { IdempotencyKey } from '../http/idempotency-key.js';
import { toOrderView } from '../http/order.mapper.js';
import { orderView, type OrderView } from '../http/order.view.js';
import { Shape } from '../http/shape.pipe.js';
import { orderPath } from '../merchant-api/new-order.schema.js';
import { EnrolledGuard, type EnrolledSession, TheSession } from './session.guard.js';
import { inboxView, type InboxView, newCollectOrder, type NewCollectOrder } from './terminal-order.schema.js';

/** Orders whose target is the session's account. Orders itself keeps others out; nothing is filtered here. */
@Controller('v1/terminal/orders')
@UseGuards(EnrolledGuard)
export class TerminalOrdersController {
  constructor(@Inject(Peers) private readonly peers: Peers) {}

  @Get()
  @Described({ summary: 'Open orders of the own account: to pay and to collect', by: 'terminal', answer: inboxView })
  async list(@TheSession() { accountId }: EnrolledSession): Promise<InboxView> {
    const orders = (await this.peers.orders.listInbox({ accountId })).orders.map(toOrderView);
    return {
      pending: orders.filter(({ kind }) => kind === 'pay'),
      toCollect: orders.filter(({ kind }) => kind === 'collect'),
    };
  }

  @Get(':id')
  @Described({ summary: 'Read an order', by: 'terminal', answer: orderView, refusals: ['ORDERS.NOT_FOUND'] })
  async get(
    @TheSession() { accountId }: EnrolledSession,
    @Param(new Shape(orderPath)) { id }: { id: string },
  ): Promise<OrderView> {
    const asker = { $case: 'accountId', accountId } as const;
    return toOrderView(await this.peers.orders.getOrder({ orderId: id, asker }));
  }

  @Post()
  @Described({
    summary: 'Create an order that somebody else pays on this terminal',
    by: 'terminal',
    status: 201,
    answer: orderView,
    headers: ['Idempotency-Key'],
    refusals: ['ORDERS.LINES_DO_NOT_ADD_UP', 'ORDERS.IDEMPOTENCY_KEY_REUSED'],
  })
  async collect(
    @TheSession() { accountId }: EnrolledSession,
    @IdempotencyKey() idempotencyKey: string,
    @Body(new Shape(newCollectOrder)) { amountMinor, currency, description, lines }: NewCollectOrder,
    @Req() request: FastifyRequest,
  ): Promise<OrderView> {
    const { displayName } = await this.peers.accounts.getAccount({ accountId });
    const whole = { name: description, quantity: 1, unitAmountMinor: amountMinor, attributes: {} };
    const order = await this.peers.orders.createOrder({
      kind: OrderKind.ORDER_KIND_COLLECT,
      merchantId: '',
      payeeId: accountId,
      payeeName: displayName,
      targetAccountId: accountId,
      total: { amountMinor: BigInt(amountMinor), currency },
      lines: (lines.length > 0 ? lines : [whole]).map((line) => ({
        ...line,
        unitAmountMinor: BigInt(line.unitAmountMinor),
      })),
      terms: '',
      merchantReference: description,
      returnUrl: '',
      cancelUrl: '',
      expiresInSeconds: 0,
      idempotencyKey,
      fingerprint: fingerprintOf(request.body),
    });
    return toOrderView(order);
  }

  @Post(':id/claim')
  @Described({
    summary: 'Claim an order for this terminal; the same terminal renews its claim',
    by: 'terminal',
    answer: orderView,
    refusals: ['ORDERS.CLAIMED_BY_OTHER_TERMINAL', 'ORDERS.ALREADY_PAYING', 'ORDERS.ALREADY_PAID', 'ORDERS.EXPIRED'],
  })
  async claim(
    @TheSession() { accountId, terminalId }: EnrolledSession,
    @Param(new Shape(orderPath)) { id }: { id: string },
  ): Promise<OrderView> {
    return toOrderView(await this.peers.orders.claimOrder({ orderId: id, accountId, terminalId }));
  }

  @Post(':id/release')
  @Described({ summary: 'Give a claim up', by: 'terminal', answer: orderView, refusals: ['ORDERS.NOT_CLAIMED'] })
  async release(
    @TheSession() { accountId, terminalId }: EnrolledSession,
    @Param(new Shape(orderPath)) { id }: { id: string },
  ): Promise<OrderView> {
    return toOrderView(await this.peers.orders.releaseOrder({ orderId: id, accountId, terminalId }));
  }

  @Post(':id/cancel')
  @Described({
    summary: 'Cancel a collect order of the own account',
    by: 'terminal',
    answer: orderView,
    refusals: ['ORDERS.CANCEL_FORBIDDEN', 'ORDERS.ALREADY_PAID', 'ORDERS.ALREADY_PAYING'],
  })
  async cancel(
    @TheSession() { accountId }: EnrolledSession,
    @Param(new Shape(orderPath)) { id }: { id: string },
  ): Promise<OrderView> {
    const asker = { $case: 'accountId', accountId } as const;
    return toOrderView(await this.peers.orders.cancelOrder({ orderId: id, asker }));
  }
}
