import type { Clock } from '@openswipe/kernel';
import { TransientFault } from '@openswipe/kernel';
import { gauge } from '@openswipe/service-kit';
import type { FastifyReply } from 'fastify';
import { randomBytes } from 'node:crypto';
import { refusals } from '../http/gateway-errors.js';
import { EventStream, frameOf, HEARTBEAT } from './event-stream.js';
import { RecentEvents } from './recent-events.js';

const HEARTBEAT_MS = 15_000;
const TICK_MS = 1_000;
const STREAMS_MAX = 20_000;
const STREAMS_PER_CHANNEL_MAX = 32;
const RECENT_COUNT_MAX = 2_000;
const RECENT_CHARACTERS_MAX = 16_000_000;
/** Who missed more reads its lists sooner; all that at once would also look like a client that reads nothing. */
const MISSED_CHARACTERS_MAX = 100_000;
/** A checkout page has no token; it is asked to come back now and then, so that a dead connection does not stay. */
const PAGE_STREAM_MS = 3_600_000;

const openStreams = gauge('openswipe_gateway_event_streams', 'Event streams of terminals and checkout pages');

/**
 * Every open event stream of this replica. A channel is an account id (its terminals) or an order id (its checkout
 * pages); an event goes to one channel and to nobody else. Push is a hint: the lists are the truth (DESIGN §3).
 */
export class PushHub {
  readonly #channels = new Map<string, Set<EventStream>>();
  readonly #recent: RecentEvents;
  readonly #ticker: NodeJS.Timeout;
  #streamCount = 0;
  #isClosing = false;

  constructor(
    private readonly clock: Clock,
    recent = new RecentEvents(randomBytes(4).toString('hex'), RECENT_COUNT_MAX, RECENT_CHARACTERS_MAX),
  ) {
    this.#recent = recent;
    this.#ticker = setInterval(() => this.tick(), TICK_MS);
    this.#ticker.unref();
  }

  /** `hello`, then what the terminal missed, or `resync`. Throws `GATEWAY.TOO_MANY_STREAMS`, `TransientFault`. */
  openForTerminal(
    reply: FastifyReply,
    session: { readonly accountId: string; readonly terminalId: string; readonly expiresAt: number },
    lastEventId?: string,
  ): void {
    const { accountId, terminalId, expiresAt } = session;
    const missed = lastEventId === undefined ? [] : this.#missedSince(lastEventId, accountId);
    const { latestId } = this.#recent;
    const stream = this.#open(accountId, reply, expiresAt, terminalId);
    // Until the missed events are out, the id to continue from is still the old one.
    const id = missed !== undefined && lastEventId !== undefined ? lastEventId : latestId;
    const frames = [frameOf('hello', { sequence: latestId }, id)];
    if (missed === undefined) frames.push(frameOf('resync', { sequence: latestId }, latestId));
    stream.write([...frames, ...(missed ?? [])].join(''));
  }

  /** Throws `GATEWAY.TOO_MANY_STREAMS`, `TransientFault`. */
  openForPage(reply: FastifyReply, orderId: string): EventStream {
    return this.#open(orderId, reply, this.#now() + PAGE_STREAM_MS, '');
  }

  /** To every terminal of the account; kept for those that come back. */
  pushToAccount(accountId: string, event: string, data: unknown): void {
    this.#send(
      accountId,
      this.#recent.add(accountId, (id) => frameOf(event, data, id)),
    );
  }

  /** To every checkout page of the order. */
  pushToPages(orderId: string, event: string, data: unknown): void {
    this.#send(orderId, frameOf(event, data));
  }

  hasPages(orderId: string): boolean {
    return this.#channels.has(orderId);
  }

  /** A signed-out terminal hears nothing more. */
  endTerminal(accountId: string, terminalId: string): void {
    for (const stream of this.#channels.get(accountId) ?? []) if (stream.terminalId === terminalId) stream.end();
  }

  /** Heartbeats, and the end of streams whose token has expired. */
  tick(): void {
    const now = this.#now();
    for (const streams of this.#channels.values()) {
      for (const stream of streams) {
        if (stream.expiresAt <= now) stream.end();
        else if (now - stream.lastWriteAt >= HEARTBEAT_MS) stream.write(HEARTBEAT);
      }
    }
  }

  /** Before the HTTP server closes: it waits for open answers. */
  onModuleDestroy(): void {
    this.#isClosing = true;
    clearInterval(this.#ticker);
    for (const streams of this.#channels.values()) for (const stream of streams) stream.end();
  }

  #open(channel: string, reply: FastifyReply, expiresAt: number, terminalId: string): EventStream {
    if (this.#isClosing) throw new TransientFault('the gateway is on its way out');
    const streams = this.#channels.get(channel) ?? new Set<EventStream>();
    if (streams.size >= STREAMS_PER_CHANNEL_MAX || this.#streamCount >= STREAMS_MAX) throw refusals.tooManyStreams();
    const stream = new EventStream(reply, expiresAt, terminalId, this.clock);
    this.#channels.set(channel, streams.add(stream));
    this.#streamCount += 1;
    openStreams.inc();
    stream.onClose(() => {
      streams.delete(stream);
      this.#streamCount -= 1;
      openStreams.dec();
      if (streams.size === 0 && this.#channels.get(channel) === streams) this.#channels.delete(channel);
    });
    return stream;
  }

  #missedSince(lastEventId: string, accountId: string): readonly string[] | undefined {
    const frames = this.#recent.since(lastEventId, accountId);
    const characters = frames?.reduce((sum, frame) => sum + frame.length, 0) ?? 0;
    return characters > MISSED_CHARACTERS_MAX ? undefined : frames;
  }

  #send(channel: string, frame: string): void {
    for (const stream of this.#channels.get(channel) ?? []) stream.write(frame);
  }

  #now(): number {
    return this.clock.now().getTime();
  }
}
