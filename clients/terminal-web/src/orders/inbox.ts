import { computed, signal } from '@preact/signals';
import { isTransient } from '../gateway/problem.js';
import type { Order, OrderStatus } from '../gateway/order.js';
import type { TerminalApi } from '../gateway/terminal-api.js';

export type Connection = 'connecting' | 'live' | 'lost';

const OPEN: readonly OrderStatus[] = ['created', 'pending', 'claimed', 'paying'];
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 15_000;

/**
 * The account inbox [0039-0040]: orders to pay and to collect, live. Push is a hint and makes an order appear at once;
 * the list, fetched after each connect, is the truth.
 */
export class Inbox {
  readonly connection = signal<Connection>('connecting');
  readonly loaded = signal(false);
  /** The order that was pushed last, to be announced. */
  readonly arrived = signal<Order | undefined>(undefined);
  /** The last news of any order, also of one that is not open any more. */
  readonly pushed = signal<Order | undefined>(undefined);
  readonly pending = computed(() => this.#open('pay'));
  readonly toCollect = computed(() => this.#open('collect'));
  readonly #orders = signal<ReadonlyMap<string, Order>>(new Map());
  readonly #hintListeners = new Set<(transactionId: string) => void>();
  #lastEventId: string | undefined;
  #stop = new AbortController();

  constructor(private readonly api: TerminalApi) {}

  /** Runs until `stop()`. */
  start(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    void this.#run(this.#stop.signal);
  }

  /** Forgets everything: the next account must not see it. */
  stop(): void {
    this.#stop.abort();
    this.#orders.value = new Map();
    this.loaded.value = false;
    this.arrived.value = undefined;
    this.pushed.value = undefined;
    this.#lastEventId = undefined;
  }

  /** Tells of news about a transaction; see WaitOptions.hints. */
  readonly hints = (listener: (transactionId: string) => void): (() => void) => {
    this.#hintListeners.add(listener);
    return () => this.#hintListeners.delete(listener);
  };

  /** The order as known here; older news than what is known changes nothing. */
  take(order: Order): void {
    const known = this.#orders.value.get(order.id);
    if (known && known.version > order.version) return;
    this.#orders.value = new Map(this.#orders.value).set(order.id, order);
  }

  order(orderId: string): Order | undefined {
    return this.#orders.value.get(orderId);
  }

  async refresh(): Promise<void> {
    const { pending, toCollect } = await this.api.orders();
    this.#orders.value = new Map([...pending, ...toCollect].map((order) => [order.id, order]));
    this.loaded.value = true;
  }

  #open(kind: Order['kind']): readonly Order[] {
    return [...this.#orders.value.values()]
      .filter((order) => order.kind === kind && OPEN.includes(order.status))
      .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  async #run(stop: AbortSignal): Promise<void> {
    let delayMs = RETRY_FIRST_MS;
    while (!stop.aborted) {
      try {
        for await (const { event, data, id } of this.api.events(stop, this.#lastEventId)) {
          if (id !== undefined) this.#lastEventId = id;
          delayMs = RETRY_FIRST_MS;
          await this.#onEvent(event, data);
        }
        // The access token ended, or the gateway restarts.
        this.connection.value = 'connecting';
        await pause(RETRY_FIRST_MS, stop);
      } catch (error) {
        if (stop.aborted) return;
        this.connection.value = 'lost';
        // A refusal here is the end of the session; whoever listens to the session deals with it.
        if (!isTransient(error)) return;
        await pause(delayMs, stop);
        delayMs = Math.min(delayMs * 2, RETRY_MAX_MS);
      }
    }
  }

  async #onEvent(event: string, data: unknown): Promise<void> {
    if (event === 'hello' || event === 'resync') {
      await this.refresh();
      this.connection.value = 'live';
    } else if (event === 'order') {
      const { order } = data as { order: Order };
      if (!this.#orders.value.has(order.id) && OPEN.includes(order.status)) this.arrived.value = order;
      this.take(order);
      this.pushed.value = order;
    } else if (event === 'transaction') {
      for (const listener of this.#hintListeners) listener((data as { id: string }).id);
    }
  }
}

/** Ends early when the network comes back, so nobody stares at a dead page. */
function pause(delayMs: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delayMs);
    function done(): void {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', done);
      stop.removeEventListener('abort', done);
      resolve();
    }
    globalThis.addEventListener?.('online', done);
    stop.addEventListener('abort', done);
  });
}
