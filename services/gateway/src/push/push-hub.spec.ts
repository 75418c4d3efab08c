import { afterEach, describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { EventEmitter } from 'node:events';
import { PushHub } from './push-hub.js';

let now = 0;
let hub: PushHub;

class Raw extends EventEmitter {
  written = '';
  destroyed = false;
  writableEnded = false;
  readonly writableLength = 0;
  writeHead(): void {}
  write(text: string): void {
    this.written += text;
  }
  end(): void {
    this.writableEnded = true;
    this.emit('close');
  }
}

const open = (accountId: string, expiresAt = 600_000, lastEventId?: string): Raw => {
  const raw = new Raw();
  const reply = { raw, hijack: () => undefined, getHeaders: () => ({}) } as unknown as FastifyReply;
  hub.openForTerminal(reply, { accountId, terminalId: 't', expiresAt }, lastEventId);
  return raw;
};

describe('PushHub', () => {
  afterEach(() => hub.onModuleDestroy());

  it('sends a heartbeat after 15 silent seconds and ends a stream with its token', () => {
    now = 0;
    hub = new PushHub({ now: () => new Date(now) });
    const raw = open('a', 20_000);
    now = 14_000;
    hub.tick();
    expect(raw.written).not.toContain(':\n\n');
    now = 15_000;
    hub.tick();
    hub.tick();
    expect(raw.written.match(/:\n\n/g)).toHaveLength(1);
    now = 20_000;
    hub.tick();
    expect(raw.writableEnded).toBe(true);
  });

  it('forgets streams that are gone', () => {
    hub = new PushHub({ now: () => new Date(0) });
    for (let count = 0; count < 100; count += 1) open('a').end();
    const raw = open('a');
    hub.pushToAccount('b', 'order', {});
    hub.pushToAccount('a', 'order', { order: 1 });
    expect(raw.written.match(/event: order/g)).toHaveLength(1);
  });

  it('says resync to who missed more than it is worth', () => {
    hub = new PushHub({ now: () => new Date(0) });
    const start = /id: (\S+)/.exec(open('a').written)?.[1] ?? '';
    hub.pushToAccount('a', 'order', { text: 'x'.repeat(60_000) });
    expect(open('a', 600_000, start).written).not.toContain('event: resync');
    hub.pushToAccount('a', 'order', { text: 'x'.repeat(60_000) });
    const { written } = open('a', 600_000, start);
    expect(written).toContain('event: resync');
    expect(written).not.toContain('event: order');
  });

  it('takes nobody once it closes', () => {
    hub = new PushHub({ now: () => new Date(0) });
    const raw = open('a');
    hub.onModuleDestroy();
    expect(raw.writableEnded).toBe(true);
    expect(() => open('a')).toThrow('on its way out');
  });
});
