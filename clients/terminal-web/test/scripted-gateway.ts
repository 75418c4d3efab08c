import { constants, createPublicKey, publicEncrypt, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import {
  deriveInitialKey,
  fromHex,
  hostDeriveWorkingKey,
  KeySerialNumber,
  nobleAes,
  openEnvelope,
  toHex,
  type TransactionData,
} from '@openswipe/card';
import type { Order } from '../src/gateway/order.js';
import type { TransactionBody } from '../src/gateway/terminal-api.js';
import type { Transaction } from '../src/gateway/transaction.js';
import { aHost, anOrder } from './a-terminal.js';
import { Refusal } from './refusal.js';
import { ScriptedAccount } from './scripted-account.js';
import { ScriptedIssuer } from './scripted-issuer.js';

const CSP = `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'
  ws://127.0.0.1:41735;  worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`.replaceAll(
  /\s+/g,
  ' ',
);
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/**
 * A gateway with all of the platform behind it in one process, for the pages alone: it speaks the HTTP API, opens
 * envelopes and PIN blocks with true host keys, and decides as the test cards say. It keeps every request it got.
 */
export class ScriptedGateway {
  readonly host = aHost();
  readonly orders = new Map<string, Order>();
  readonly transactions = new Map<string, Transaction>();
  readonly submitted: TransactionBody[] = [];
  readonly opened: TransactionData[] = [];
  /** The person's number, readers and fingerprints. */
  readonly own = new ScriptedAccount();
  readonly account = this.own.person;
  readonly issuer = new ScriptedIssuer();
  readonly terminals: { id: string; name: string; lastSeenAt: string }[] = [
    { id: 'ter_other', name: 'Firefox, Android', lastSeenAt: '2026-11-20T09:30:00Z' },
  ];
  /** What an enrolment waits for, or fails by. */
  beforeEnrolment: () => Promise<void> = () => Promise.resolve();
  /** What a reader that wants proof gets for its challenge. */
  answerReader: () => string = () => {
    throw new Refusal(503, 'GATEWAY.UNAVAILABLE');
  };
  /** Transactions wait in `submitted` while this is set. */
  held = false;
  pinTries = 3;
  terminalId: string | null = null;
  #loggedIn = false;
  #sequence = 0;
  readonly #streams = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  constructor(private readonly pages: string) {}

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    // A host name: WebAuthn knows no addresses.
    this.own.biometrics.origin = `http://localhost:${(this.#server.address() as AddressInfo).port}`;
    return this.own.biometrics.origin;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async push(more: Partial<Order> = {}): Promise<Order> {
    const id = `ord_${randomUUID().replaceAll('-', '')}`;
    return this.change(await anOrder({ id, createdAt: new Date().toISOString(), ...more }));
  }

  change(order: Order): Order {
    const next = { ...order, version: order.version + 1 };
    this.orders.set(order.id, next);
    this.#send('order', { order: next });
    return next;
  }

  #send(event: string, data: unknown): void {
    this.#sequence += 1;
    for (const stream of this.#streams) {
      stream.write(`id: ${this.#sequence}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://gateway');
    try {
      if (!pathname.startsWith('/v1/')) return await this.#page(pathname, response);
      if (pathname === '/v1/terminal/events') return this.#stream(response);
      const body = await bodyOf(request);
      const [status, answer] = await this.#route(`${request.method} ${pathname}`, body, request);
      response.writeHead(status, { 'content-type': 'application/json', ...this.#cookie(pathname) });
      response.end(answer === undefined ? undefined : JSON.stringify(answer));
    } catch (error) {
      const { status, code, more } = error instanceof Refusal ? error : new Refusal(500, String(error));
      response.writeHead(status, { 'content-type': 'application/problem+json' });
      const type = `urn:openswipe:problem:${code}`;
      response.end(JSON.stringify({ type, title: code, status, detail: code, code, ...more }));
    }
  }

  #cookie(pathname: string): Record<string, string> {
    const set = pathname === '/v1/sessions' || pathname === '/v1/terminals';
    return set ? { 'set-cookie': 'openswipe_refresh=r1; HttpOnly; SameSite=Strict; Path=/v1/sessions' } : {};
  }

  async #route(call: string, body: Record<string, string>, request: IncomingMessage): Promise<[number, unknown?]> {
    const id = call.split('/')[3] ?? '';
    const [, , , , orderId = '', move = ''] = call.split('/');
    if (call === 'GET /v1/terminal/config') return [200, { simulatedReader: true }];
    if (call === 'POST /v1/accounts') return [201, this.own.register(body)];
    if (call === 'POST /v1/sessions') return [200, this.#logIn(body)];
    if (call === 'DELETE /v1/sessions') return [204, void (this.#loggedIn = false)];
    if (call === 'POST /v1/sessions/refresh') return [200, this.#refresh(request)];
    if (request.headers.authorization !== 'Bearer token') throw new Refusal(401, 'ACCOUNTS.SESSION_REVOKED');
    const idempotencyKey = String(request.headers['idempotency-key'] ?? '');
    const answer = await this.own.answer(call, body, this.terminalId ?? '', idempotencyKey);
    if (answer) return [...answer];
    if (call === 'POST /v1/terminals') return [201, await this.#enrol(body)];
    if (call === 'GET /v1/terminals') return [200, { terminals: this.terminals }];
    if (call.startsWith('DELETE /v1/terminals/')) return [204, this.#signOut(id)];
    if (call === 'GET /v1/terminal/security-checks') return [200, this.#checks(request)];
    if (call === 'GET /v1/terminal/orders') return [200, this.#list()];
    if (call === 'POST /v1/terminal/orders') return [201, await this.#collect(body)];
    if (call.startsWith('GET /v1/transactions/')) return [200, this.#transaction(id)];
    if (call === 'POST /v1/transactions') return [202, this.#submit(body as unknown as TransactionBody)];
    if (call.startsWith('GET /v1/terminal/orders/')) return [200, this.#order(orderId)];
    if (move === 'reader-challenges') return [200, { reply: this.answerReader() }];
    return [200, this.#move(orderId, move)];
  }

  #session() {
    const accessTokenExpiresAt = new Date(Date.now() + 600_000).toISOString();
    return { accountId: this.account.id, terminalId: this.terminalId, accessToken: 'token', accessTokenExpiresAt };
  }

  #logIn({ email, password }: Record<string, string>) {
    if (email !== this.account.email.toLowerCase() || password !== this.account.password) {
      throw new Refusal(401, 'ACCOUNTS.CREDENTIALS_WRONG');
    }
    this.#loggedIn = true;
    return this.#session();
  }

  #refresh({ headers }: IncomingMessage) {
    const cookie = headers.cookie?.includes('openswipe_refresh=r1');
    if (!this.#loggedIn || !cookie || headers['x-openswipe'] !== '1')
      throw new Refusal(401, 'ACCOUNTS.REFRESH_TOKEN_INVALID');
    return this.#session();
  }

  async #enrol({ certificateRequest = '', name = '' }: Record<string, string>) {
    await this.beforeEnrolment();
    await import('reflect-metadata');
    const { Pkcs10CertificateRequest } = await import('@peculiar/x509');
    const spki = new Pkcs10CertificateRequest(certificateRequest).publicKey.rawData;
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    const issue = (bdk: typeof this.host.dataBdk, initialKeyId: string) => {
      const initialKey = deriveInitialKey(nobleAes, bdk, fromHex(initialKeyId, 8, 'TEST', 'id')).reveal('issue');
      const padding = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
      const keyCheckValue = toHex(nobleAes.cmac(initialKey, new Uint8Array(16)).slice(0, 5));
      return { initialKeyId, encryptedKey: publicEncrypt(padding, initialKey).toString('base64'), keyCheckValue };
    };
    this.terminalId = 'ter_here';
    this.terminals.push({ id: 'ter_here', name, lastSeenAt: new Date().toISOString() });
    return {
      ...this.#session(),
      certificate: 'PEM',
      caCertificate: '',
      dataKey: issue(this.host.dataBdk, 'd000000100000001'),
      pinKey: issue(this.host.pinBdk, 'f000000100000001'),
    };
  }

  #signOut(id: string): undefined {
    this.terminals.splice(
      this.terminals.findIndex((terminal) => terminal.id === id),
      1,
    );
  }

  #checks({ url = '' }: IncomingMessage) {
    const { issuer } = this;
    const bin = new URL(url, 'http://gateway').searchParams.get('bin') ?? '';
    if (!/^\d{4,8}$/.test(bin)) throw new Refusal(400, 'GATEWAY.SHAPE_INVALID');
    return { checks: issuer.tellsTable ? issuer.checksOf(bin) : [] };
  }

  #list() {
    const open = [...this.orders.values()].filter(({ status }) => ['pending', 'claimed', 'paying'].includes(status));
    return {
      pending: open.filter(({ kind }) => kind === 'pay'),
      toCollect: open.filter(({ kind }) => kind === 'collect'),
    };
  }

  #collect({ amountMinor = '', currency = '', description = '' }: Record<string, string>): Promise<Order> {
    const lines = [{ name: description, quantity: 1, unitAmountMinor: amountMinor, attributes: {} }];
    return this.push({ kind: 'collect', payeeName: this.account.displayName, amountMinor, currency, lines, terms: '' });
  }

  #order(id: string): Order {
    const order = this.orders.get(id);
    if (!order) throw new Refusal(404, 'ORDERS.NOT_FOUND');
    return order;
  }

  #move(id: string, move: string): Order {
    const order = this.#order(id);
    if (move === 'cancel') return this.change({ ...order, status: 'canceled' });
    if (order.claim && order.claim.terminalId !== this.terminalId) {
      throw new Refusal(409, 'ORDERS.CLAIMED_BY_OTHER_TERMINAL');
    }
    const { claim: _, ...free } = order;
    if (move === 'release') return this.change({ ...free, status: 'pending' });
    const claim = { terminalId: this.terminalId ?? '', expiresAt: new Date(Date.now() + 300_000).toISOString() };
    return this.change({ ...order, status: 'claimed', claim });
  }

  #submit(body: TransactionBody) {
    this.submitted.push(body);
    const transactionId = `txn_${body.tag}`;
    if (!this.held) void this.conclude(body);
    return { transactionId };
  }

  /** The whole platform in a few lines: open, decide, tell. */
  async conclude(body: TransactionBody): Promise<void> {
    const id = `txn_${body.tag}`;
    const order = this.#order(body.orderId);
    if (this.transactions.has(id)) return;
    const ksn = KeySerialNumber.parse(body.ksn);
    const key = hostDeriveWorkingKey(nobleAes, this.host.dataBdk, ksn, 'data-encrypt', 'aes128');
    const data = openEnvelope(nobleAes, key, body, order.digest, this.terminalId ?? '').reveal('scripted gateway');
    this.opened.push(data);
    const { pan, reasonCode } = await this.issuer.decide(data, this.host.pinBdk, body.ksn, this.own.biometrics);
    if (reasonCode === 'RISK.PIN_WRONG') this.pinTries -= 1;
    const card = { brand: 'unionpay', bin: pan.bin, last4: pan.last4, entryMode: data.card.entryMode };
    const at = new Date().toISOString();
    const common = { id, orderId: order.id, amountMinor: order.amountMinor, currency: order.currency, submittedAt: at };
    const facts = reasonCode === 'RISK.PIN_WRONG' ? { triesLeft: String(this.pinTries) } : {};
    this.transactions.set(
      id,
      reasonCode
        ? { ...common, status: 'declined', reasonCode, facts, concludedAt: at }
        : {
            ...common,
            status: 'settled',
            card,
            authorizationCode: '831044',
            journalEntryId: `${id}:settle`,
            concludedAt: at,
          },
    );
    this.change(reasonCode ? { ...order, status: 'claimed' } : { ...order, status: 'paid' });
    this.#send('transaction', { id, orderId: order.id, status: reasonCode ? 'declined' : 'settled' });
  }

  #transaction(id: string): Transaction {
    const transaction = this.transactions.get(id);
    if (!transaction) throw new Refusal(404, 'TRANSACTIONS.NOT_FOUND');
    return transaction;
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: hello\ndata: {"sequence":${this.#sequence}}\n\n`);
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  async #page(pathname: string, response: ServerResponse): Promise<void> {
    const file = extname(pathname) ? pathname.replace('/terminal/', '') : 'index.html';
    const content = await readFile(join(this.pages, file)).catch(() => undefined);
    const headers = {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': CSP,
    };
    response.writeHead(content ? 200 : 404, headers);
    response.end(content);
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, string>);
}
