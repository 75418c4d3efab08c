import type { Sensitive } from '@openswipe/kernel';
import type { TextMessages } from '../application/ports.js';
import type { AttemptOutcome } from '../domain/delivery.js';

const DEADLINE_MS = 10_000;

/**
 * Text messages by a gateway that takes `POST {to, text}` as JSON with a bearer token, as most do directly or behind a
 * few lines. Any 2xx is a delivery; `Idempotency-Key` is the delivery's id, so a second copy can be dropped.
 */
export class HttpTextMessages implements TextMessages {
  constructor(
    private readonly url: string | undefined,
    private readonly token: Sensitive<string> | undefined,
    private readonly deadlineMs = DEADLINE_MS,
  ) {}

  get isAvailable(): boolean {
    return this.url !== undefined;
  }

  async send({ id, to, text }: Parameters<TextMessages['send']>[0]): Promise<AttemptOutcome> {
    if (this.url === undefined) return { delivered: false, error: 'SMS_URL is not set' };
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(this.deadlineMs),
        headers: {
          'content-type': 'application/json',
          'idempotency-key': id,
          ...(this.token && { authorization: `Bearer ${this.token.reveal('call the SMS gateway')}` }),
        },
        body: JSON.stringify({ to, text: text.reveal('send a text message') }),
      });
      await response.body?.cancel();
      // Nothing of the answer is kept: a gateway may repeat the message in it.
      if (response.ok) return { delivered: true };
      return { delivered: false, error: `the SMS gateway answered ${response.status}` };
    } catch (error) {
      return { delivered: false, error: describe(error) };
    }
  }
}

function describe(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  if (name === 'TimeoutError') return 'the SMS gateway gave no answer in time';
  return `no connection to the SMS gateway (${cause?.code ?? name ?? 'unknown'})`;
}
