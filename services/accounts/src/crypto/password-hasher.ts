import { hash, verify } from '@node-rs/argon2';
import { type Sensitive, TransientFault } from '@openswipe/kernel';
import type { Passwords } from '../application/ports.js';

/** argon2id (2), 19 MiB, two passes, one lane: OWASP's minimum, about 24 ms of one core. */
const OPTIONS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const PARALLEL_MAX = 2;
const WAITING_MAX = 100;

/** Two hashes at once at most: the rest of the service keeps its cores and memory. */
export class PasswordHasher implements Passwords {
  readonly #waiting: (() => void)[] = [];
  #runningCount = 0;
  #nobody: Promise<string> | undefined;

  hash(password: Sensitive<string>): Promise<string> {
    return this.#inTurn(() => hash(normalised(password), OPTIONS));
  }

  async verify(password: Sensitive<string>, expected: string | undefined): Promise<boolean> {
    // Unknown people cost as much as known ones, or the time would tell them apart.
    this.#nobody ??= this.#inTurn(() => hash('nobody has this password', OPTIONS));
    const against = expected ?? (await this.#nobody);
    const matches = await this.#inTurn(() => verify(against, normalised(password)));
    return matches && expected !== undefined;
  }

  /** Throws `TransientFault` where too many wait already. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#runningCount >= PARALLEL_MAX) {
      if (this.#waiting.length >= WAITING_MAX) throw new TransientFault('too many passwords wait to be hashed');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#runningCount += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#runningCount -= 1;
    }
  }
}

// The same password typed on two keyboards is the same text (NIST SP 800-63B 3.1.1.2).
const normalised = (password: Sensitive<string>): string => password.reveal('hash it').normalize('NFKC');
