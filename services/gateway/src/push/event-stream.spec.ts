import { describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { EventStream, frameOf } from './event-stream.js';

function stream(readsNothing: boolean) {
  const raw = {
    written: '',
    destroyed: false,
    writableEnded: false,
    headers: {} as Record<string, string>,
    get writableLength() {
      return readsNothing ? raw.written.length : 0;
    },
    writeHead: (_: number, headers: Record<string, string>) => Object.assign(raw.headers, headers),
    write: (text: string) => (raw.written += text),
    destroy: () => (raw.destroyed = true),
    end: () => (raw.writableEnded = true),
  };
  const reply = { raw, hijack: () => undefined, getHeaders: () => ({ 'x-request-id': 'r' }) };
  const clock = { now: () => new Date(7_000) };
  return { raw, stream: new EventStream(reply as unknown as FastifyReply, 0, '', clock) };
}

describe('EventStream', () => {
  it('keeps the headers of the edge and tells proxies not to hold back', () => {
    const { raw, stream: opened } = stream(false);
    expect(raw.headers).toMatchObject({
      'x-request-id': 'r',
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
    });
    expect(opened.lastWriteAt).toBe(7_000);
  });

  it('drops a client that does not read', () => {
    const { raw, stream: opened } = stream(true);
    const frame = frameOf('order', { text: 'x'.repeat(400_000) });
    opened.write(frame);
    expect(raw.destroyed).toBe(false);
    opened.write(frame);
    opened.write(frame);
    expect(raw.destroyed).toBe(true);
    const before = raw.written.length;
    opened.write(frame);
    expect(raw.written).toHaveLength(before);
  });

  it('writes any text as one frame', () => {
    expect(frameOf('order', { text: 'a\n\nevent: x' }, 'e-1')).toBe(
      'id: e-1\nevent: order\ndata: {"text":"a\\n\\nevent: x"}\n\n',
    );
  });
});
