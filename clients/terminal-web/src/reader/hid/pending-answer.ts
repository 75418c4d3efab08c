import type { ReaderClock } from '../reader-clock.js';
import { refusal } from '../reader-core.js';

/** How long a command may stay without an answer. */
export const ANSWER_LIMIT_MS = 2_000;

/** The one message a driver waits for: these readers serve one command at a time. */
export class PendingAnswer<Message> {
  readonly #clock: ReaderClock;
  #waiting: { readonly matches: (message: Message) => boolean; readonly end: (message?: Message) => void } | undefined;

  constructor(clock: ReaderClock) {
    this.#clock = clock;
  }

  /**
   * Ask first, then send, so that no answer is missed. Rejects with `READER.CONNECT_TIMEOUT`, or with
   * `READER.UNPLUGGED` when it is dropped.
   */
  next(matches: (message: Message) => boolean, limitMs = ANSWER_LIMIT_MS): Promise<Message> {
    this.drop();
    const answer = new Promise<Message>((resolve, reject) => {
      const stop = this.#clock.after(limitMs, () => {
        this.#waiting = undefined;
        reject(refusal('READER.CONNECT_TIMEOUT'));
      });
      const end = (message?: Message): void => {
        stop();
        this.#waiting = undefined;
        if (message === undefined) reject(refusal('READER.UNPLUGGED'));
        else resolve(message);
      };
      this.#waiting = { matches, end };
    });
    // Whoever asked may still be sending when the answer is dropped; it hears of it when it awaits.
    answer.catch(() => undefined);
    return answer;
  }

  /** Whether the message was the one waited for. */
  offer(message: Message): boolean {
    if (this.#waiting?.matches(message) !== true) return false;
    this.#waiting.end(message);
    return true;
  }

  drop(): void {
    this.#waiting?.end();
  }
}
