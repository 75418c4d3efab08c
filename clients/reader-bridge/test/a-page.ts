import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../src/protocol.js';

type Message = Record<string, unknown>;

/** A page that talks to the bridge, well or badly. */
export class APage {
  readonly received: Message[] = [];
  closed: number | undefined;
  httpStatus: number | undefined;
  #id = 0;
  readonly #waiting = new Set<() => void>();

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.received.push(JSON.parse(data.toString('utf8')));
      this.#wake();
    });
    socket.on('close', (code) => {
      this.closed = code;
      this.#wake();
    });
    socket.on('unexpected-response', (_, response) => {
      this.httpStatus = response.statusCode;
      this.closed = 0;
      socket.terminate();
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  /** Resolves when it is open, or was refused. */
  static async open(
    port: number,
    { origin = 'https://pay.test', protocol = SUBPROTOCOL, host = `127.0.0.1:${port}`, path = '/' } = {},
  ): Promise<APage> {
    const headers = { host, ...(origin !== '' && { origin }) };
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocol, { headers, perMessageDeflate: false });
    const page = new APage(socket);
    await new Promise<void>((resolve) => {
      socket.once('open', resolve);
      socket.once('close', () => resolve());
      socket.once('unexpected-response', () => resolve());
    });
    return page;
  }

  send(message: Message | string | Buffer): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  async pair(credential: Message): Promise<Message> {
    this.send({ type: 'pair', ...credential });
    return this.next(({ type }) => type === 'paired' || type === 'refused');
  }

  async ask(message: Message): Promise<Message> {
    const id = ++this.#id;
    this.send({ ...message, id });
    return this.next((reply) => reply['id'] === id);
  }

  async transmit(command: string): Promise<string> {
    const { response, code } = await this.ask({ type: 'transmit', command });
    return String(response ?? code);
  }

  /** Takes the first message that is so out of the received ones. */
  async next(isWanted: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const at = this.received.findIndex(isWanted);
      if (at >= 0) return this.received.splice(at, 1)[0]!;
      if (this.closed !== undefined) throw new Error(`closed with ${this.closed}`);
      await this.#change();
    }
  }

  async closing(): Promise<number> {
    while (this.closed === undefined) await this.#change();
    return this.closed;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
