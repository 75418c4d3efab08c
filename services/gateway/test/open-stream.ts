import { eventually } from './running-gateway.js';

export interface StreamEvent {
  readonly event: string;
  readonly data: any;
  readonly id: string | undefined;
}

export interface OpenStream {
  readonly status: number;
  readonly events: StreamEvent[];
  /** Everything that came, as text. */
  text(): string;
  ended(): boolean;
  waitFor(event: string, count?: number): Promise<StreamEvent>;
  close(): Promise<void>;
}

/** Reads an event stream in the background. */
export async function openStream(url: string, headers: Record<string, string> = {}): Promise<OpenStream> {
  const abort = new AbortController();
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: abort.signal });
  const events: StreamEvent[] = [];
  let text = '';
  let isEnded = false;
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      events.splice(0, events.length, ...parse(text));
    }
  })()
    .catch(() => undefined)
    .finally(() => (isEnded = true));
  return {
    status: response.status,
    events,
    text: () => text,
    ended: () => isEnded,
    waitFor: (event, count = 1) =>
      eventually(() => events.filter((each) => each.event === event)[count - 1], `${count} × ${event}`),
    close: async () => {
      abort.abort();
      await reading;
    },
  };
}

function parse(text: string): StreamEvent[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .map((block) =>
      Object.fromEntries(block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)])),
    )
    .filter((fields) => fields['data'] !== undefined)
    .map((fields) => ({ event: fields['event'] ?? '', data: JSON.parse(fields['data'] ?? ''), id: fields['id'] }));
}
