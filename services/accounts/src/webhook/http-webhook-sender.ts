import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type Clock, type Sensitive } from '@openswipe/kernel';
import { Webhook } from 'standardwebhooks';
import type { WebhookSender } from '../application/ports.js';
import type { AttemptOutcome } from '../domain/delivery.js';
import { NotPublic, isPublicAddress, publicLookup } from './public-address.js';

const DEADLINE_MS = 10_000;

interface WebhookMessage {
  readonly id: string;
  readonly url: string;
  readonly secret: Sensitive<string>;
  readonly body: string;
}

/** Posts by Standard Webhooks 1.0. Any 2xx is a delivery; redirects are not followed; the answer's body is not read. */
export class HttpWebhookSender implements WebhookSender {
  constructor(
    private readonly allowPrivate: boolean,
    private readonly clock: Clock,
    private readonly deadlineMs = DEADLINE_MS,
  ) {}

  async send(message: WebhookMessage): Promise<AttemptOutcome> {
    try {
      const { statusCode = 0 } = await this.#post(message);
      if (statusCode >= 200 && statusCode < 300) return { delivered: true };
      return { delivered: false, error: `the endpoint answered ${statusCode}` };
    } catch (error) {
      return { delivered: false, error: describe(error) };
    }
  }

  async #post({ id, url, secret, body }: WebhookMessage): Promise<IncomingMessage> {
    const target = new URL(url);
    const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
    // A host that is an address itself is never looked up.
    if (!this.allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw new NotPublic();
    const now = this.clock.now();
    const options = {
      method: 'POST',
      agent: false,
      signal: AbortSignal.timeout(this.deadlineMs),
      ...(this.allowPrivate ? {} : { lookup: publicLookup }),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Openswipe-Webhooks/1',
        'webhook-id': id,
        'webhook-timestamp': Math.floor(now.getTime() / 1000),
        'webhook-signature': new Webhook(secret.reveal('sign a webhook')).sign(id, now, body),
      },
    };
    const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const call = request(target, options, (response) => {
        response.on('error', () => undefined).destroy();
        resolve(response);
      });
      call.on('error', reject).end(body);
    });
  }
}

function describe(error: unknown): string {
  if (error instanceof NotPublic) return error.message;
  const { name, code } = error as { name?: string; code?: string };
  return name === 'AbortError' || name === 'TimeoutError' ? 'no answer in time' : `no connection (${code ?? name})`;
}
