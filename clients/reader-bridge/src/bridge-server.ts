import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { CardSlot } from './card-slot.js';
import { MessageRate } from './message-rate.js';
import type { Pairing } from './pairing.js';
import { MESSAGE_MAX, SUBPROTOCOL } from './protocol.js';
import { type Seat, Session } from './session.js';

export interface BridgeLimits {
  /** From connecting to the code. */
  readonly pairMs: number;
  /** Without a message. */
  readonly idleMs: number;
  /** Between two questions whether the page is still there. */
  readonly heartbeatMs: number;
}

export const LIMITS: BridgeLimits = { pairMs: 10_000, idleMs: 4 * 3_600_000, heartbeatMs: 15_000 };

/** Pages connected at once, the paired one and some that try. */
const PAGES_MAX = 4;
/** A payment is about twenty commands, as fast as the card is. */
const [BURST, PER_SECOND] = [60, 30];
/** New connections: a page that tries again and again. */
const [CONNECT_BURST, CONNECT_PER_SECOND] = [20, 1];
/** Nobody needs more than a handshake. */
const HTTP_LIMITS = { headersTimeout: 5_000, requestTimeout: 5_000, connectionsCheckingInterval: 2_500 };
/** Never another interface: the card is for pages in the browser of this computer. */
const HOST = '127.0.0.1';

const nowMs = (): number => performance.now();

/** The loopback WebSocket that a page of an allowed origin reaches the reader by. */
export class BridgeServer {
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #seat: Seat = { taken: false, isSpent: false };
  readonly #connects = new MessageRate(CONNECT_BURST, CONNECT_PER_SECOND, nowMs);
  readonly #heartbeat: NodeJS.Timeout;
  readonly #stopListening: () => void;

  constructor(
    private readonly slot: CardSlot,
    private readonly pairing: Pairing,
    private readonly origins: ReadonlySet<string>,
    private readonly limits: BridgeLimits = LIMITS,
  ) {
    this.#http = createServer(HTTP_LIMITS, (_, response) => {
      response.writeHead(404, { connection: 'close' }).end();
    });
    this.#http.maxConnections = 16;
    this.#http.on('upgrade', this.#onUpgrade);
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_MAX, perMessageDeflate: false });
    this.#heartbeat = setInterval(this.#onHeartbeat, limits.heartbeatMs).unref();
    this.#stopListening = slot.on(({ card }) => {
      if (!card) this.#seat.isSpent = false;
    });
  }

  /** Resolves to the port; 0 asks for any. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, HOST, () => {
        resolve((this.#http.address() as AddressInfo).port);
      });
    });
  }

  close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#stopListening();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    return new Promise((resolve) => {
      this.#http.close(() => {
        resolve();
      });
      this.#http.closeAllConnections();
    });
  }

  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const status = this.#refusal(request);
    if (status !== undefined) {
      const answer = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
      socket.end(answer, () => socket.destroy());
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#welcome(webSocket, request.headers.origin ?? '');
    });
  };

  #refusal({ headers, url }: IncomingMessage): string | undefined {
    const { port } = this.#http.address() as AddressInfo;
    // A name that was made to point here (DNS rebinding) shows in Host, a page of another site in Origin.
    const isHere = headers.host === `${HOST}:${port}` || headers.host === `localhost:${port}`;
    if (!isHere || headers.origin === undefined || !this.origins.has(headers.origin)) return '403 Forbidden';
    const protocols = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim());
    if (url !== '/' || !protocols?.includes(SUBPROTOCOL)) return '400 Bad Request';
    const isFull = this.#sockets.clients.size >= PAGES_MAX;
    return isFull || !this.#connects.allows() ? '429 Too Many Requests' : undefined;
  }

  #welcome(socket: WebSocket, origin: string): void {
    const page = {
      origin,
      send: (text: string) => {
        socket.send(text);
      },
      end: () => {
        socket.close(1008);
      },
    };
    const session = new Session(page, this.slot, this.pairing, this.#seat);
    const rate = new MessageRate(BURST, PER_SECOND, nowMs);
    let timer = setTimeout(() => {
      session.refuse('BRIDGE.NOT_PAIRED');
    }, this.limits.pairMs);
    const isAlive = { value: true };
    this.#alive.set(socket, isAlive);
    socket.on('pong', () => (isAlive.value = true));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearTimeout(timer);
      session.end();
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (!rate.allows()) {
        session.refuse('BRIDGE.MESSAGES_TOO_MANY');
        // It does not wait for the flood to end.
        socket.terminate();
      } else if (isBinary) session.refuse('BRIDGE.MESSAGE_INVALID');
      else void session.receive(data.toString('utf8'));
      if (!session.isPaired) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        session.refuse('BRIDGE.IDLE');
      }, this.limits.idleMs);
    });
  }

  readonly #alive = new WeakMap<WebSocket, { value: boolean }>();

  readonly #onHeartbeat = (): void => {
    for (const socket of this.#sockets.clients) {
      const isAlive = this.#alive.get(socket);
      if (isAlive === undefined || !isAlive.value) socket.terminate();
      else {
        isAlive.value = false;
        socket.ping();
      }
    }
  };
}
