import { describe, expect, it } from '@jest/globals';
import { readEventStream, type StreamEvent } from './event-stream.js';

const streamOf = (...chunks: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });

const collect = async (body: ReadableStream<Uint8Array>): Promise<StreamEvent[]> => {
  const events: StreamEvent[] = [];
  for await (const event of readEventStream(body)) events.push(event);
  return events;
};

describe('readEventStream', () => {
  it('puts events together across chunks and passes over heartbeats', async () => {
    const events = await collect(
      streamOf(
        ':hi\n\n',
        'id: 7\nevent: or',
        'der\ndata: {"order":{"id":"ord_1"}}\n',
        '\n:beat\n\nevent: hello\ndata: {}\n\n',
      ),
    );
    expect(events).toEqual([
      { event: 'order', data: { order: { id: 'ord_1' } }, id: '7' },
      { event: 'hello', data: {}, id: undefined },
    ]);
  });

  it('drops what is not JSON and what was cut off', async () => {
    expect(await collect(streamOf('event: order\ndata: {half\n\nevent: order\ndata: {}'))).toEqual([]);
  });

  it('breaks when the stream falls silent', async () => {
    const silent = new ReadableStream<Uint8Array>({ start: () => undefined });
    await expect(readEventStream(silent, 10).next()).rejects.toThrow('silent');
  });
});
