import type { Clock } from '@openswipe/kernel';
import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';

/** A client that does not read this much is dropped: it comes back and continues from its last event. */
const UNREAD_BYTES_MAX = 1_024 * 1_024;
const RECONNECT_AFTER_MS = 2_000;

/** One `text/event-stream` answer (HTML, section 9.2). */
export class EventStream {
  readonly #raw: ServerResponse;
  lastWriteAt: number;

  /**
   * Takes the answer over from the framework, with the headers set so far.
   * @param expiresAt milliseconds since 1970, when the right to listen ends
   * @param terminalId empty for a checkout page
   */
  constructor(
    reply: FastifyReply,
    readonly expiresAt: number,
    readonly terminalId: string,
    private readonly clock: Clock,
  ) {
    const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
    reply.hijack();
    this.#raw = reply.raw;
    this.#raw.socket?.setNoDelay(true);
    // Proxies of the nginx family hold events back without this.
    this.#raw.writeHead(200, { ...(headers as Record<string, string>), 'x-accel-buffering': 'no' });
    this.lastWriteAt = clock.now().getTime();
    this.write(`retry: ${RECONNECT_AFTER_MS}\n\n`);
  }

  get isOpen(): boolean {
    return !this.#raw.writableEnded && !this.#raw.destroyed;
  }

  onClose(listener: () => void): void {
    this.#raw.once('close', listener);
  }

  /** @param frame made by `frameOf` or `HEARTBEAT` */
  write(frame: string): void {
    if (!this.isOpen) return;
    this.lastWriteAt = this.clock.now().getTime();
    this.#raw.write(frame);
    if (this.#raw.writableLength > UNREAD_BYTES_MAX) this.#raw.destroy();
  }

  end(): void {
    if (this.isOpen) this.#raw.end();
  }
}

export const HEARTBEAT = ':\n\n';

/** @param id what the client sends back as Last-Event-ID */
export const frameOf = (event: string, data: unknown, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
