import { TransientFault } from '@openswipe/kernel';

export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
  /** The sequence to continue from. */
  readonly id: string | undefined;
}

/** Longer than two of the gateway's heartbeats (15 s): a silent stream is a dead one. */
export const SILENCE_MAX_MS = 35_000;

/**
 * Reads a `text/event-stream` body (HTML, section 9.2.6). Ends when the server ends it; throws TransientFault when it
 * breaks or falls silent. EventSource cannot carry a bearer token, hence our own.
 */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  silenceMaxMs = SILENCE_MAX_MS,
): AsyncGenerator<StreamEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await withinLimit(reader.read(), silenceMaxMs);
      if (done) return;
      const blocks = (rest + value).replaceAll('\r\n', '\n').split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parseBlock(block);
        if (event) yield event;
      }
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

async function withinLimit<T>(reading: Promise<T>, limitMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TransientFault('The event stream fell silent'));
    }, limitMs);
  });
  try {
    return await Promise.race([reading, silence]);
  } catch (error) {
    throw error instanceof TransientFault ? error : new TransientFault('The event stream broke', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** `undefined` for a heartbeat and for data that is no JSON: a hint that cannot be read is no hint. */
function parseBlock(block: string): StreamEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const before = name === 'data' ? fields.get('data') : undefined;
    fields.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  const data = fields.get('data');
  if (data === undefined) return undefined;
  try {
    return { event: fields.get('event') ?? 'message', data: JSON.parse(data) as unknown, id: fields.get('id') };
  } catch {
    return undefined;
  }
}
