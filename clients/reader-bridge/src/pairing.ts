import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

const CODE_DIGITS = 8;
/** Wrong codes until the code changes and nobody can pair for a while: 5 of 10⁸ each minute. */
const TRIES = 5;
const LOCK_MS = 60_000;
/** Pages that are remembered, the latest ones. */
const TOKENS_MAX = 8;

export type PairingOutcome = { readonly token: string } | 'wrong' | 'locked';

/**
 * Who sits at this computer sees the code in this window and types it in the page; so a page alone, even one of an
 * allowed origin, does not get at the card. A code works once; the token that it earns works for the same origin as
 * long as the bridge runs.
 */
export class Pairing {
  #code = newCode();
  #wrong = 0;
  #lockedUntilMs = 0;
  /** Digests of token and origin. */
  #remembered: readonly Buffer[] = [];
  readonly #nowMs: () => number;
  readonly #onCode: (code: string) => void;

  /** `onCode` hears every new code, the first one at once. */
  constructor(nowMs: () => number, onCode: (code: string) => void) {
    this.#nowMs = nowMs;
    this.#onCode = onCode;
    onCode(this.#code);
  }

  redeem(code: string, origin: string): PairingOutcome {
    if (this.#nowMs() < this.#lockedUntilMs) return 'locked';
    if (same(digest(code.replace(/\s/g, '')), digest(this.#code))) {
      this.#renew();
      const token = randomBytes(32).toString('hex');
      this.#remembered = [digest(origin, token), ...this.#remembered].slice(0, TOKENS_MAX);
      return { token };
    }
    this.#wrong += 1;
    if (this.#wrong < TRIES) return 'wrong';
    this.#lockedUntilMs = this.#nowMs() + LOCK_MS;
    this.#renew();
    return 'locked';
  }

  recognise(token: string, origin: string): boolean {
    const wanted = digest(origin, token);
    // Every one is compared, so that the time tells nothing.
    return this.#remembered.filter((known) => same(known, wanted)).length > 0;
  }

  #renew(): void {
    this.#wrong = 0;
    this.#code = newCode();
    this.#onCode(this.#code);
  }
}

const newCode = (): string =>
  randomInt(10 ** CODE_DIGITS)
    .toString()
    .padStart(CODE_DIGITS, '0');

const digest = (...parts: readonly string[]): Buffer => createHash('sha256').update(JSON.stringify(parts)).digest();

/** Of digests, so of one length, and in a time that says nothing. */
const same = (a: Buffer, b: Buffer): boolean => timingSafeEqual(a, b);
