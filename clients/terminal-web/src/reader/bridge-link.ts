import { fromHex, toHex, type Bytes } from '@openswipe/card';
import { DomainError } from '@openswipe/kernel';

const SUBPROTOCOL = 'openswipe-bridge.v1';

/** What the reader bridge says of its reader. */
export interface BridgeSlot {
  readonly reader: string | null;
  readonly card: boolean;
}

/** The part of a WebSocket that is used. */
export interface BridgeSocket extends EventTarget {
  send(text: string): void;
  close(): void;
}

export type OpenBridgeSocket = (url: string, protocol: string) => BridgeSocket;

export const openWebSocket: OpenBridgeSocket = (url, protocol) => new WebSocket(url, protocol);

export interface BridgeListener {
  slotChanged(slot: BridgeSlot): void;
  /** The bridge is gone, or threw this page out. Not called after `close()`. */
  closed(): void;
}

type Reply = Readonly<Record<string, unknown>>;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: DomainError) => void;
}

/** One connection to the reader bridge. Every refusal of the bridge is a DomainError with the code that it gave. */
export class BridgeLink {
  readonly #socket: BridgeSocket;
  readonly #listener: BridgeListener;
  readonly #waiting = new Map<number | 'pair', Waiting>();
  #lastId = 0;
  #isClosed = false;

  private constructor(socket: BridgeSocket, listener: BridgeListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.addEventListener('message', this.#onMessage);
    socket.addEventListener('close', this.#onClose);
  }

  /** Rejects with `READER.BRIDGE_MISSING`: a page cannot learn why, whether nobody listens or it is not let in. */
  static open(
    url: string,
    listener: BridgeListener,
    signal: AbortSignal,
    open: OpenBridgeSocket = openWebSocket,
  ): Promise<BridgeLink> {
    return new Promise((resolve, reject) => {
      const socket = open(url, SUBPROTOCOL);
      const fail = () => {
        socket.close();
        reject(new DomainError('READER.BRIDGE_MISSING', 'The reader bridge cannot be reached'));
      };
      socket.addEventListener('error', fail);
      socket.addEventListener('close', fail);
      signal.addEventListener('abort', fail);
      socket.addEventListener('open', () => {
        for (const name of ['error', 'close']) socket.removeEventListener(name, fail);
        signal.removeEventListener('abort', fail);
        resolve(new BridgeLink(socket, listener));
      });
    });
  }

  async pair(
    credential: { readonly code: string } | { readonly token: string },
  ): Promise<BridgeSlot & { token: string }> {
    const reply = await this.#send('pair', { type: 'pair', ...credential });
    if (typeof reply['token'] !== 'string') throw unexpected();
    return { token: reply['token'], ...slotOf(reply) };
  }

  /** Powers the card up. */
  async open(): Promise<void> {
    await this.#ask({ type: 'open' });
  }

  async release(): Promise<void> {
    await this.#ask({ type: 'release' });
  }

  async transmit(command: Bytes): Promise<Bytes> {
    const { response } = await this.#ask({ type: 'transmit', command: toHex(command) });
    const length = typeof response === 'string' ? response.length >> 1 : 0;
    return fromHex(response, length, 'READER.CHIP_UNREADABLE', 'An answer of the bridge');
  }

  close(): void {
    this.#end();
    this.#socket.close();
  }

  #ask(message: object): Promise<Reply> {
    const id = ++this.#lastId;
    return this.#send(id, { ...message, id });
  }

  #send(key: number | 'pair', message: object): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) reject(gone());
      else {
        this.#waiting.set(key, { resolve, reject });
        this.#socket.send(JSON.stringify(message));
      }
    });
  }

  readonly #onMessage = (event: Event): void => {
    const reply = replyOf((event as MessageEvent<unknown>).data);
    if (reply === undefined || this.#isClosed) return;
    if (reply['type'] === 'state') return this.#listener.slotChanged(slotOf(reply));
    const key = typeof reply['id'] === 'number' ? reply['id'] : 'pair';
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (reply['type'] === 'refused') waiting?.reject(new DomainError(String(reply['code']), 'The bridge refused'));
    else waiting?.resolve(reply);
  };

  readonly #onClose = (): void => {
    if (this.#isClosed) return;
    this.#end();
    this.#listener.closed();
  };

  #end(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.values()) reject(gone());
    this.#waiting.clear();
  }
}

const gone = () => new DomainError('READER.BRIDGE_MISSING', 'The connection to the reader bridge ended');
const unexpected = () => new DomainError('READER.CONNECT_FAILED', 'The bridge speaks another protocol');

const slotOf = ({ reader, card }: Reply): BridgeSlot => ({
  reader: typeof reader === 'string' ? reader : null,
  card: card === true,
});

function replyOf(data: unknown): Reply | undefined {
  try {
    const value: unknown = JSON.parse(String(data));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
