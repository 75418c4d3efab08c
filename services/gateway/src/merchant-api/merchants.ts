import type { Merchant } from '@openswipe/contracts';
import type { Clock } from '@openswipe/kernel';
import { createHash } from 'node:crypto';
import type { Accounts } from '../grpc/peers.js';
import { ExpiringMap } from '../http/expiring-map.js';

const KNOWN_FOR_MS = 30_000;
const MERCHANTS_MAX = 5_000;

/** Who holds a secret key. An answer is kept for 30 s under the key's hash; a refusal is never kept. */
export class Merchants {
  readonly #known = new ExpiringMap<string, Promise<Merchant>>(MERCHANTS_MAX);

  constructor(
    private readonly accounts: Accounts,
    private readonly clock: Clock,
  ) {}

  /** Throws `ACCOUNTS.API_KEY_UNKNOWN`, `TransientFault`. */
  async authenticate(secretKey: string): Promise<Merchant> {
    const hash = createHash('sha256').update(secretKey).digest('base64url');
    const now = this.clock.now().getTime();
    const known = this.#known.get(hash, now);
    if (known) return known;
    const asked = this.accounts.authenticateApiKey({ secretKey });
    this.#known.set(hash, asked, now + KNOWN_FOR_MS);
    asked.catch(() => this.#known.delete(hash));
    return asked;
  }
}
