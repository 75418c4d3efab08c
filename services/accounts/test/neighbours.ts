import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { type InitialKey, type IssueInitialKeyRequest, RiskService, TransactionsService } from '@openswipe/contracts';
import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { type Server as HttpServer, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

/** Waits until `look` finds something; throws after the deadline. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`never saw ${what}`);
    await delay(25);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `transactions` and `risk` at the wire: each enciphers "<name> key" to the terminal, and can be told to be down. */
export class FakeKeyOwners {
  readonly requests: IssueInitialKeyRequest[] = [];
  down = false;
  readonly #server = new Server();

  async start(): Promise<string> {
    for (const [name, service] of [
      ['transactions', TransactionsService],
      ['risk', RiskService],
    ] as const) {
      this.#server.addService(service, { issueInitialKey: this.#answer(name) } as UntypedServiceImplementation);
    }
    const port = await new Promise<number>((resolve, reject) =>
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    return `127.0.0.1:${port}`;
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #answer(name: string) {
    return (
      { request }: { request: IssueInitialKeyRequest },
      callback: (error: { code: number } | null, value?: InitialKey) => void,
    ): void => {
      if (this.down) return callback({ code: 14 });
      this.requests.push(request);
      const key = createPublicKey({ key: request.publicKey, format: 'der', type: 'spki' });
      const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
      callback(null, {
        initialKeyId: Buffer.concat([Buffer.from('0badc0de', 'hex'), request.derivationId]),
        encryptedKey: publicEncrypt({ key, ...padding }, Buffer.from(`${name} key`)),
        keyCheckValue: 'a1b2c3d4e5',
      });
    };
  }
}

export interface Letter {
  readonly headers: string;
  /** Decoded text/plain and text/html parts. */
  readonly text: string;
  readonly html: string;
}

/** Takes every e-mail. */
export class MailCatcher {
  readonly letters: Letter[] = [];
  readonly #server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        this.letters.push(readLetter(Buffer.concat(chunks).toString('latin1')));
        done();
      });
    },
  });

  async start(): Promise<string> {
    this.#server.on('error', () => undefined);
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `smtp://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }

  to(address: string): Letter[] {
    return this.letters.filter(({ headers }) => headers.toLowerCase().includes(`to: ${address}`));
  }
}

function readLetter(raw: string): Letter {
  const split = raw.indexOf('\r\n\r\n');
  const headers = decodeWords(raw.slice(0, split).replaceAll(/\r\n[ \t]+/g, ' '));
  const boundary = /boundary="([^"]+)"/.exec(headers)?.[1] ?? '';
  const parts = raw.slice(split).split(`--${boundary}`);
  const partOf = (type: string): string =>
    decodePart(parts.find((part) => part.includes(`Content-Type: ${type}`)) ?? '');
  return { headers, text: partOf('text/plain'), html: partOf('text/html') };
}

function decodePart(part: string): string {
  const split = part.indexOf('\r\n\r\n');
  const body = part.slice(split + 4);
  const encoding = /Content-Transfer-Encoding: (\S+)/i.exec(part.slice(0, split))?.[1]?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  return encoding === 'quoted-printable' ? decodeQuoted(body.replaceAll('=\r\n', '')) : body;
}

const decodeQuoted = (text: string): string =>
  Buffer.from(
    text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

// RFC 2047: adjacent encoded words belong together.
const decodeWords = (text: string): string =>
  text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, form: string, word: string) =>
      form.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('utf8')
        : decodeQuoted(word.replaceAll('_', ' ')),
    );

export interface ReceivedWebhook {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A shop's endpoint that can be up (200), failing (a status) or down (no listener). */
export class ShopEndpoint {
  readonly received: ReceivedWebhook[] = [];
  status = 200;
  #server: HttpServer | undefined;

  constructor(readonly port: number) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  async up(): Promise<void> {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = request.headers as Record<string, string>;
        this.received.push({ headers, body: Buffer.concat(chunks).toString('utf8') });
        response.writeHead(this.status).end();
      });
    });
    await new Promise<void>((resolve) => this.#server!.listen(this.port, '127.0.0.1', resolve));
  }

  async down(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => (this.#server ? this.#server.close(resolve) : resolve(undefined)));
    this.#server = undefined;
  }
}
