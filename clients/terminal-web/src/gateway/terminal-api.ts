import { TransientFault } from '@openswipe/kernel';
import type { Envelope } from '@openswipe/card';
import { exclusively } from '../store/exclusively.js';
import { readEventStream, type StreamEvent } from './event-stream.js';
import type { Order } from './order.js';
import { Problem, problemOf } from './problem.js';
import type { Account, EnrolledTerminal, Enrolment, Registration, Session } from './session.js';
import type { Transaction } from './transaction.js';

/** Transaction data as it is submitted; sending the same bytes again is the same transaction. */
export interface TransactionBody extends Envelope {
  readonly orderId: string;
}

export interface CollectOrder {
  readonly amountMinor: string;
  readonly currency: string;
  readonly description: string;
}

export interface TerminalOrders {
  readonly pending: readonly Order[];
  readonly toCollect: readonly Order[];
}

export interface TerminalApiOptions {
  /** Origin of the gateway; empty in a page it served. */
  readonly baseUrl?: string;
  readonly fetch?: typeof globalThis.fetch;
}

export interface Call {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Default: with the session's access token. */
  readonly anonymous?: boolean;
}

const REQUEST_LIMIT_MS = 15_000;
/** The access token is renewed this long before its end, so that a slow request does not carry a dead one. */
const RENEW_BEFORE_MS = 30_000;
const CSRF_HEADER = { 'x-openswipe': '1' };

/**
 * Client of the gateway's terminal API. Throws `Problem` for a refusal and TransientFault when the gateway cannot be
 * reached. Holds the access token in memory only; renews it by the refresh cookie, once for all requests that wait.
 */
export class TerminalApi {
  readonly #baseUrl: string;
  readonly #fetch: typeof globalThis.fetch;
  readonly #listeners = new Set<(session: Session | undefined) => void>();
  #session: Session | undefined;
  #renewing: Promise<Session> | undefined;
  /** Node only: a browser keeps the cookie where no script sees it. */
  #cookie: string | undefined;

  constructor({ baseUrl = '', fetch = (...args) => globalThis.fetch(...args) }: TerminalApiOptions = {}) {
    this.#baseUrl = baseUrl;
    this.#fetch = fetch;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /** Told after log-in, renewal (the terminal may have changed) and the session's end. */
  onSession(listener: (session: Session | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  register(registration: Registration): Promise<Account> {
    return this.#json('POST', '/v1/accounts', { body: registration, anonymous: true });
  }

  /** Throws Problem `ACCOUNTS.CREDENTIALS_WRONG`. */
  async logIn(email: string, password: string, terminalId?: string): Promise<Session> {
    const body = { email, password, ...(terminalId === undefined ? {} : { terminalId }) };
    return this.#enter(await this.#json<Session>('POST', '/v1/sessions', { body, anonymous: true }));
  }

  /** The session that the cookie still holds, e.g. after a reload; undefined when there is none. */
  async resume(): Promise<Session | undefined> {
    try {
      return await this.#renew();
    } catch (error) {
      if (error instanceof Problem && !error.isTransient) return undefined;
      throw error;
    }
  }

  async logOut(): Promise<void> {
    await this.#send('DELETE', '/v1/sessions', { headers: CSRF_HEADER, anonymous: true });
    this.#cookie = undefined;
    this.#leave();
  }

  async enrolTerminal(name: string, certificateRequest: string): Promise<Enrolment> {
    const enrolment = await this.#json<Enrolment>('POST', '/v1/terminals', { body: { name, certificateRequest } });
    const { terminalId, accessToken, accessTokenExpiresAt } = enrolment;
    this.#enter({ accountId: this.#session?.accountId ?? '', terminalId, accessToken, accessTokenExpiresAt });
    return enrolment;
  }

  async terminals(): Promise<readonly EnrolledTerminal[]> {
    const answer = await this.#json<{ terminals: EnrolledTerminal[] } | EnrolledTerminal[]>('GET', '/v1/terminals');
    return Array.isArray(answer) ? answer : answer.terminals;
  }

  async signOutTerminal(terminalId: string): Promise<void> {
    await this.#send('DELETE', `/v1/terminals/${encodeURIComponent(terminalId)}`);
  }

  account(): Promise<Account> {
    return this.#json('GET', '/v1/account');
  }

  /** What this installation offers; a gateway that does not say offers nothing extra. */
  async config(): Promise<{ readonly simulatedReader: boolean }> {
    const found = await orUndefined(
      this.#json<{ simulatedReader?: boolean }>('GET', '/v1/terminal/config', { anonymous: true }),
    );
    return { simulatedReader: found?.simulatedReader === true };
  }

  orders(): Promise<TerminalOrders> {
    return this.#json('GET', '/v1/terminal/orders');
  }

  order(orderId: string): Promise<Order> {
    return this.#json('GET', orderPath(orderId));
  }

  /** `idempotencyKey` is made and kept by the caller before the first try. */
  createCollectOrder(order: CollectOrder, idempotencyKey: string): Promise<Order> {
    const headers = { 'idempotency-key': idempotencyKey };
    return this.#json('POST', '/v1/terminal/orders', { body: order, headers });
  }

  /** Throws Problem `ORDERS.CLAIMED_BY_OTHER_TERMINAL`, `ORDERS.EXPIRED`, … */
  claim(orderId: string): Promise<Order> {
    return this.#json('POST', `${orderPath(orderId)}/claim`);
  }

  release(orderId: string): Promise<Order> {
    return this.#json('POST', `${orderPath(orderId)}/release`);
  }

  cancel(orderId: string): Promise<Order> {
    return this.#json('POST', `${orderPath(orderId)}/cancel`);
  }

  submit(body: TransactionBody): Promise<{ readonly transactionId: string }> {
    return this.#json('POST', '/v1/transactions', { body });
  }

  /** Undefined until the platform has taken the transaction in. */
  transaction(transactionId: string): Promise<Transaction | undefined> {
    return orUndefined(this.#json<Transaction>('GET', `/v1/transactions/${encodeURIComponent(transactionId)}`));
  }

  /** The push stream, until the gateway ends it. Push is a hint: fetch the list after `hello` and `resync`. */
  async *events(signal: AbortSignal, lastEventId?: string): AsyncGenerator<StreamEvent> {
    const headers = { accept: 'text/event-stream', ...(lastEventId ? { 'last-event-id': lastEventId } : {}) };
    const response = await this.#send('GET', '/v1/terminal/events', { headers, signal });
    if (response.body) yield* readEventStream(response.body);
  }

  /** Any other call of the session; see `account-api.ts`. Undefined where the answer has no body. */
  ask<T>(method: string, path: string, call: Call = {}): Promise<T> {
    return this.#json(method, path, call);
  }

  async #json<T>(method: string, path: string, call: Call = {}): Promise<T> {
    const response = await this.#send(method, path, call);
    if (response.status === 204) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch (error) {
      throw new TransientFault('The answer of the gateway broke off', { cause: error });
    }
  }

  async #send(method: string, path: string, call: Call = {}): Promise<Response> {
    if (call.anonymous) return this.#request(method, path, call);
    const session = await this.#fresh();
    try {
      return await this.#request(method, path, call, session.accessToken);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
      const renewed = this.#session !== session && this.#session ? this.#session : await this.#renew();
      return this.#request(method, path, call, renewed.accessToken);
    }
  }

  async #request(method: string, path: string, call: Call, accessToken?: string): Promise<Response> {
    const headers = new Headers(call.headers);
    if (accessToken) headers.set('authorization', `Bearer ${accessToken}`);
    if (call.body !== undefined) headers.set('content-type', 'application/json');
    if (this.#cookie) headers.set('cookie', this.#cookie);
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
    if (call.body !== undefined) init.body = JSON.stringify(call.body);
    // A stream lives long: only its caller ends it, and its own watch over silence.
    init.signal = call.signal ?? AbortSignal.timeout(REQUEST_LIMIT_MS);
    let response: Response;
    try {
      response = await this.#fetch(`${this.#baseUrl}${path}`, init);
    } catch (error) {
      throw new TransientFault('The gateway cannot be reached', { cause: error });
    }
    const cookie = response.headers.getSetCookie().find((each) => each.startsWith('openswipe_refresh='));
    if (cookie) this.#cookie = cookie.split(';')[0];
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  async #fresh(): Promise<Session> {
    const session = this.#session;
    if (session && Date.parse(session.accessTokenExpiresAt) - Date.now() > RENEW_BEFORE_MS) return session;
    return this.#renew();
  }

  /** A refresh token is good for one use, and its second use ends the session: pages of one browser take turns. */
  #renew(): Promise<Session> {
    this.#renewing ??= exclusively('session', () => this.#refresh()).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #refresh(): Promise<Session> {
    try {
      const call = { headers: CSRF_HEADER, anonymous: true };
      return this.#enter(await this.#json<Session>('POST', '/v1/sessions/refresh', call));
    } catch (error) {
      if (error instanceof Problem && !error.isTransient) this.#leave();
      throw error;
    }
  }

  #enter(session: Session): Session {
    this.#session = session;
    for (const listener of this.#listeners) listener(session);
    return session;
  }

  #leave(): void {
    this.#session = undefined;
    for (const listener of this.#listeners) listener(undefined);
  }
}

const orderPath = (orderId: string): string => `/v1/terminal/orders/${encodeURIComponent(orderId)}`;

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}
