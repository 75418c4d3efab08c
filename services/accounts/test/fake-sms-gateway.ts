import { randomBytes } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedText {
  readonly to: string;
  readonly text: string;
  readonly deliveryId: string;
}

/** Takes text messages for who brings its token; can be told to fail with a status. */
export class FakeSmsGateway {
  readonly token = randomBytes(8).toString('hex');
  readonly received: ReceivedText[] = [];
  status = 200;
  refusedCount = 0;
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const isKnown = request.headers.authorization === `Bearer ${this.token}`;
      const status = isKnown ? this.status : 401;
      if (status === 200) {
        const { to, text } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ReceivedText;
        this.received.push({ to, text, deliveryId: String(request.headers['idempotency-key']) });
      } else {
        this.refusedCount += 1;
      }
      // A chatty gateway repeats what it was told.
      response.writeHead(status).end(Buffer.concat(chunks));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/messages`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The codes that were sent to a number, oldest first. */
  codesTo(mobile: string): string[] {
    return this.received.filter(({ to }) => to === mobile).map(({ text }) => /\d{6}/.exec(text)?.[0] ?? '');
  }
}
