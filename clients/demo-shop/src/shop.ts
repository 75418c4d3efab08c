import { Openswipe, type Order, verifyReturn, verifyWebhook } from '@openswipe/sdk';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { randomBytes, randomUUID } from 'node:crypto';
import { CURRENCY, type Language, lineOf, productById } from './catalogue.js';
import type { ShopConfig } from './config.js';
import type { Journal } from './journal.js';
import { type Purchase } from './journal.js';
import { policyFor, problemPage, returnPage, shopPage } from './pages.js';

type Query = Record<string, string | undefined>;

/** A small web shop on the public merchant API and SDK alone. */
export class Shop {
  readonly #openswipe: Openswipe;

  constructor(
    private readonly config: ShopConfig,
    private readonly journal: Journal,
  ) {
    this.#openswipe = new Openswipe({ secretKey: config.secretKey, baseUrl: config.openswipeUrl });
  }

  async build(): Promise<FastifyInstance> {
    const app = fastify({ bodyLimit: 65_536 });
    // The signature covers the raw bytes, so nothing may parse and print them again.
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    app.get('/', (request, reply) => this.#home(request, reply));
    app.post('/buy', (request, reply) => this.#buy(request, reply));
    app.get('/thanks', (request, reply) => this.#thanks(request, reply));
    app.post('/webhooks', (request, reply) => this.#webhook(request, reply));
    app.get('/health', async () => ({ status: 'ok' }));
    return app;
  }

  async #home(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const language = languageOf(request);
    return html(reply, (nonce) => shopPage(language, nonce, randomUUID(), this.journal.purchases()));
  }

  async #buy(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = request.body as Query;
    const language: Language = form['lang'] === 'zh-CN' ? 'zh-CN' : 'en';
    const product = productById(form['product'] ?? '');
    const quantity = Number(form['quantity']);
    if (!product || !Number.isInteger(quantity) || quantity < 1 || quantity > 99) return reply.redirect('/', 303);
    try {
      const order = await this.#openswipe.createOrder(
        {
          amountMinor: (product.unitAmountMinor * BigInt(quantity)).toString(),
          currency: CURRENCY,
          lines: [lineOf(product, quantity, language)],
          terms: language === 'en' ? 'Demo goods: nothing is shipped.' : '演示商品,不会发货。',
          returnUrl: `${this.config.publicUrl}/thanks?lang=${language}`,
          cancelUrl: `${this.config.publicUrl}/thanks?lang=${language}`,
        },
        `${form['attempt'] ?? randomUUID()}-${product.id}-${quantity}`,
      );
      await this.journal.record(purchaseOf(order));
      return reply.redirect(order.checkoutUrl ?? '/', 303);
    } catch (error) {
      request.log.error(error);
      return html(reply.status(502), (nonce) => problemPage(language, nonce));
    }
  }

  /** The landing page trusts neither the browser nor the address: it asks the platform. */
  async #thanks(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const language = languageOf(request);
    const query = new URLSearchParams(request.url.split('?')[1] ?? '');
    const known = this.journal.find(query.get('order') ?? '');
    if (!known) return reply.redirect('/', 303);
    const trusted = !query.has('status') || verifyReturn(this.config.webhookSecret, query);
    const current = await this.#openswipe.getOrder(known.orderId).then(purchaseOf, () => known);
    if (current.status !== known.status) await this.journal.record(current);
    return html(reply, (nonce) => returnPage(language, nonce, current, trusted));
  }

  async #webhook(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const event = verifyWebhook(this.config.webhookSecret, String(request.body), request.headers);
    if (!event) return reply.status(401).send({ error: 'the signature does not fit' });
    const fresh = await this.journal.record(purchaseOf(event.data.order), String(request.headers['webhook-id']));
    return reply.status(fresh ? 201 : 200).send({ received: true });
  }
}

const purchaseOf = (order: Order): Purchase => ({
  orderId: order.id,
  status: order.status,
  amountMinor: order.amountMinor,
  currency: order.currency,
  names: order.lines.map(({ name, quantity }) => (quantity === 1 ? name : `${quantity} × ${name}`)).join(', '),
});

function languageOf(request: FastifyRequest): Language {
  const wish = (request.query as Query)['lang'] ?? request.headers['accept-language'] ?? '';
  return /^zh/i.test(wish) ? 'zh-CN' : 'en';
}

function html(reply: FastifyReply, render: (nonce: string) => string): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  return reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policyFor(nonce),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    .send(render(nonce));
}
