import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { NewOrder, Order, OrderPage } from './order.js';
import { OpenswipeProblem } from './problem.js';

export interface OpenswipeOptions {
  /** `sk_…`; keep it on the server. */
  readonly secretKey: string;
  /** Where the platform's gateway is, e.g. `https://pay.example.com`. */
  readonly baseUrl: string;
  /** Deadline of one attempt, default 10 000 ms. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

const ATTEMPTS = 3;

/** A merchant's client. Every call may be repeated: creating carries one idempotency key over all its attempts. */
export class Openswipe {
  constructor(private readonly options: OpenswipeOptions) {}

  /** Creates an order; send the shopper to `checkoutUrl`. Your own `idempotencyKey` survives your own restarts. */
  createOrder(order: NewOrder, idempotencyKey: string = randomUUID()): Promise<Order> {
    return this.#call('POST', '/v1/orders', order, { 'idempotency-key': idempotencyKey });
  }

  getOrder(id: string): Promise<Order> {
    return this.#call('GET', `/v1/orders/${encodeURIComponent(id)}`);
  }

  /** Newest first; `afterId` = last id of the page before. */
  listOrders(page: { readonly pageSize?: number; readonly afterId?: string } = {}): Promise<OrderPage> {
    const query = new URLSearchParams();
    if (page.pageSize !== undefined) query.set('pageSize', String(page.pageSize));
    if (page.afterId !== undefined) query.set('afterId', page.afterId);
    return this.#call('GET', `/v1/orders?${query}`);
  }

  cancelOrder(id: string): Promise<Order> {
    return this.#call('POST', `/v1/orders/${encodeURIComponent(id)}/cancel`);
  }

  async #call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(method, path, body, headers);
      } catch (error) {
        const again = !(error instanceof OpenswipeProblem) || error.retriable;
        if (!again || attempt === ATTEMPTS) throw error;
        await delay(100 * 2 ** attempt);
      }
    }
  }

  async #once<T>(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<T> {
    const { secretKey, baseUrl, timeoutMs = 10_000, fetch: send = fetch } = this.options;
    const response = await send(new URL(path, baseUrl), {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${secretKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    if (!response.ok) throw await OpenswipeProblem.from(response);
    return (await response.json()) as T;
  }
}
