import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { Order } from '@openswipe/contracts';
import { DomainError } from '@openswipe/kernel';
import { CONFIG } from '@openswipe/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { GatewayConfig } from '../config.js';
import { Peers } from '../grpc/peers.js';
import { refusals } from '../http/gateway-errors.js';
import { toOrderView } from '../http/order.mapper.js';
import { orderId, type OrderView } from '../http/order.view.js';
import { Shape } from '../http/shape.pipe.js';
import { frameOf } from '../push/event-stream.js';
import { PushHub } from '../push/push-hub.js';
import { checkoutPage } from './checkout-page.js';
import { type CheckoutState, CheckoutStates } from './checkout-state.js';
import { languageOf } from './language.js';
import { requireSameOrigin } from './same-origin.js';
import { textsOf } from './texts.js';

const path = z.object({ orderId });
const naming = z.object({ email: z.string().trim().pipe(z.email().max(254)) });
const form = z.object({ email: z.string().max(254).catch('') });

/** What of an order anybody with its secret id may see. */
type PublicOrderView = Omit<OrderView, 'claim' | 'transactionId' | 'payment' | 'history'>;

@Controller('checkout/:orderId')
export class CheckoutController {
  constructor(
    @Inject(Peers) private readonly peers: Peers,
    @Inject(CheckoutStates) private readonly states: CheckoutStates,
    @Inject(PushHub) private readonly hub: PushHub,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get()
  async show(
    @Param(new Shape(path)) { orderId: id }: z.infer<typeof path>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#sendPage(await this.#order(id), request, reply);
  }

  @Post('account')
  @HttpCode(200)
  async nameAccount(
    @Param(new Shape(path)) { orderId: id }: z.infer<typeof path>,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    requireSameOrigin(request, this.config.PUBLIC_URL);
    try {
      const { email } = new Shape(naming).transform(body);
      const { accountId } = await this.peers.accounts.resolveAccount({ email });
      const order = await this.peers.orders.nameAccount({ orderId: id, accountId });
      if (isForm(request)) this.#sendBack(id, request, reply);
      else void reply.send(toPublicView(order));
    } catch (error) {
      if (!isForm(request) || !(error instanceof DomainError)) throw error;
      await this.#answerForm(error, id, body, request, reply);
    }
  }

  @Post('cancel')
  @HttpCode(200)
  async cancel(
    @Param(new Shape(path)) { orderId: id }: z.infer<typeof path>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    requireSameOrigin(request, this.config.PUBLIC_URL);
    try {
      const order = await this.peers.orders.cancelOrder({ orderId: id, asker: CHECKOUT });
      if (!isForm(request)) return void reply.send(toPublicView(order));
    } catch (error) {
      // Paid in the meantime, or canceled twice: the page says how it stands.
      if (!isForm(request) || !(error instanceof DomainError) || error.kind === 'not-found') throw error;
    }
    this.#sendBack(id, request, reply);
  }

  /** Somebody opens the address that a form was sent to. */
  @Get(['account', 'cancel'])
  back(
    @Param(new Shape(path)) { orderId: id }: z.infer<typeof path>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    this.#sendBack(id, request, reply);
  }

  @Get('state')
  async state(@Param(new Shape(path)) { orderId: id }: z.infer<typeof path>): Promise<CheckoutState> {
    return this.states.of(await this.#order(id));
  }

  @Get('events')
  async events(
    @Param(new Shape(path)) { orderId: id }: z.infer<typeof path>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#order(id);
    const stream = this.hub.openForPage(reply, id);
    try {
      // Read after the stream is open: no change falls between the two.
      const state = await this.states.of(await this.#order(id));
      stream.write(frameOf('order', state));
    } catch {
      stream.end();
    }
  }

  /** Only orders that a shop sends people to have a page. Throws `ORDERS.NOT_FOUND`. */
  async #order(id: string): Promise<Order> {
    const order = await this.peers.orders.getOrder({ orderId: id, asker: CHECKOUT });
    if (order.merchantId === '') throw refusals.notFound();
    return order;
  }

  async #sendPage(
    order: Order,
    request: FastifyRequest,
    reply: FastifyReply,
    problem?: { readonly text: string; readonly email: string },
  ): Promise<void> {
    const { body, policy } = checkoutPage({
      order: toOrderView(order),
      state: await this.states.of(order),
      language: languageOf(request),
      publicUrl: this.config.PUBLIC_URL,
      problem,
    });
    void reply.headers({ 'content-security-policy': policy, vary: 'accept-language' });
    void reply.type('text/html; charset=utf-8').send(body);
  }

  /** A wrong e-mail is said beside the field; for anything else the page itself says how the order stands. */
  async #answerForm(error: DomainError, id: string, body: unknown, request: FastifyRequest, reply: FastifyReply) {
    const texts = textsOf(languageOf(request));
    const isMissing = error.code === 'ACCOUNTS.ACCOUNT_NOT_FOUND';
    const isInvalid = error.code === 'GATEWAY.SHAPE_INVALID';
    if (!isMissing && !isInvalid) return this.#sendBack(id, request, reply);
    const order = await this.#order(id);
    const text = isMissing ? texts.accountNotFound : texts.emailInvalid;
    void reply.status(isMissing ? 404 : 400);
    return this.#sendPage(order, request, reply, { text, email: form.parse(body ?? {}).email });
  }

  /** To the page by GET, so that reload and back do no harm. */
  #sendBack(id: string, request: FastifyRequest, reply: FastifyReply): void {
    void reply.redirect(`/checkout/${id}?lang=${languageOf(request)}`, 303);
  }
}

const CHECKOUT = { $case: 'checkout', checkout: true } as const;

const isForm = ({ headers }: FastifyRequest): boolean =>
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;

function toPublicView(order: Order): PublicOrderView {
  const { claim: _claim, transactionId: _id, payment: _payment, history: _history, ...view } = toOrderView(order);
  return view;
}
