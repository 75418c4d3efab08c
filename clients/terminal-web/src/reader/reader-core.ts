import { DomainError } from '@openswipe/kernel';
import { cardRead } from './card-read.js';
import type { ChipCardRead } from './chip-card-read.js';
import { cueOf, type CueKind } from './cue.js';
import type { ProtectedCardRead } from './hid/protected-card.js';
import type { IndicationSignal } from './indication-signal.js';
import type { ReaderClock } from './reader-clock.js';
import type { ReaderEvents, ReaderFaultCode, ReaderKind, ReaderState } from './reader-driver.js';

export const CONNECT_LIMIT_MS = 5_000;

type Listeners = { [E in keyof ReaderEvents]: Set<(value: ReaderEvents[E]) => void> };

const MESSAGES: Readonly<Record<ReaderFaultCode, string>> = {
  'READER.CONNECT_TIMEOUT': 'The reader did not answer in time',
  'READER.CONNECT_FAILED': 'The reader could not be opened',
  'READER.MICROPHONE_DENIED': 'The page may not use the microphone contact of the audio jack',
  'READER.MICROPHONE_MISSING': 'There is no microphone contact to listen to',
  'READER.UNPLUGGED': 'The reader was unplugged',
  'READER.NOT_ARMED': 'A card was swiped before an order was confirmed; it was not read',
  'READER.LRC_BAD': 'The check character of the stripe does not match',
  'READER.PARITY_BAD': 'A character of the stripe has bad parity',
  'READER.NO_TRACK2': 'No track 2 was found on the stripe',
  'READER.TRACK2_UNREADABLE': 'The reader could not make out track 2',
  'READER.TRACK2_INVALID': 'The stripe is not that of a payment card',
  'READER.SWIPE_INCOMPLETE': 'The swipe ended before the stripe did',
  'READER.SWIPE_TOO_FAST': 'The card was swiped too fast',
  'READER.SWIPE_TOO_SLOW': 'The card was swiped too slowly',
  'READER.SWIPE_REVERSED': 'The card was swiped backwards and could not be read',
  'READER.SWIPE_NOISY': 'The reader heard too much noise on the stripe',
  'READER.SWIPE_UNSURE': 'Two readings of the swipe differ',
  'READER.REPORT_INVALID': 'The reader sent something that its layout does not allow',
  'READER.REFUSED': 'The reader refused what it was asked to do',
  'READER.KEYS_EXHAUSTED': 'The reader has used up its keys and encrypts no more',
  'READER.BRIDGE_MISSING': 'The reader bridge does not run on this computer, or does not let this page in',
  'READER.BRIDGE_BUSY': 'Another page is using the reader bridge',
  'READER.PAIRING_NEEDED': 'The code in the window of the reader bridge is needed',
  'READER.PAIRING_WRONG': 'This is not the code in the window of the reader bridge',
  'READER.PAIRING_LOCKED': 'The reader bridge takes no code for a minute, after too many wrong ones',
  'READER.CARD_REMOVED': 'The card was taken out before it was read',
  'READER.CARD_BUSY': 'Another program is using the card',
  'READER.CARD_SPENT': 'The card has been used for a payment and has to be put in again',
  'READER.CHIP_DECLINED': 'The card declined the payment',
  'READER.CHIP_UNSUPPORTED': 'The card is blocked, or has no application that is supported here',
  'READER.CHIP_UNREADABLE': 'The chip does not answer as a payment card does',
  'READER.PIN_PAD_MISSING': 'The reader has no PIN pad',
  'READER.PIN_CANCELED': 'Entering the PIN was canceled',
  'READER.PIN_TIMEOUT': 'The PIN was not entered in time',
  'READER.PIN_FAILED': 'The PIN pad of the reader failed',
};

/**
 * What every driver does alike: listeners, the states of the port, the rule that only an armed reader reports a card.
 * A driver holds one and tells it what its device does.
 */
export class ReaderCore {
  #state: ReaderState = 'disconnected';
  #indication: IndicationSignal | undefined;
  /** The signal that was held when the swipe under way began: a swipe serves no order that was confirmed after it. */
  #swipeFor: IndicationSignal | undefined;
  #cancelConnect: (() => void) | undefined;
  readonly #listeners: Listeners = {
    card: new Set(),
    protectedCard: new Set(),
    chipCard: new Set(),
    cue: new Set(),
    state: new Set(),
    fault: new Set(),
  };

  constructor(
    readonly kind: ReaderKind,
    readonly clock: ReaderClock,
  ) {}

  get state(): ReaderState {
    return this.#state;
  }

  /** Whether a signal is held: also while reading, and while unplugged. */
  get armed(): boolean {
    return this.#indication !== undefined;
  }

  get connected(): boolean {
    return this.#state === 'ready' || this.#state === 'armed' || this.#state === 'reading';
  }

  on<E extends keyof ReaderEvents>(event: E, listener: (value: ReaderEvents[E]) => void): () => void {
    this.#listeners[event].add(listener);
    return () => {
      this.#listeners[event].delete(listener);
    };
  }

  /** Runs `open` under the limit. Whatever it opens after it was given up, it must close: its signal says so. */
  async connect(open: (signal: AbortSignal) => Promise<void>, outer?: AbortSignal): Promise<void> {
    if (this.connected) return;
    if (this.#state === 'connecting') throw canceled('Another connect() is under way');
    this.#enter('connecting');
    const inner = new AbortController();
    try {
      await this.#within(open(inner.signal), outer);
      this.#settle();
    } catch (error) {
      inner.abort();
      this.#indication = undefined;
      this.#enter('disconnected');
      const code = error instanceof DomainError ? error.code : 'READER.CONNECT_FAILED';
      if (isFaultCode(code)) this.fault(code);
      throw error instanceof DomainError ? error : refusal('READER.CONNECT_FAILED');
    }
  }

  disconnect(): void {
    this.#indication = undefined;
    if (this.#cancelConnect !== undefined) this.#cancelConnect();
    else this.#enter('disconnected');
  }

  arm(indication: IndicationSignal): void {
    if (!this.connected) throw new DomainError('READER.NOT_CONNECTED', 'Connect the reader before arming it');
    this.#indication = indication;
    this.#settle();
  }

  disarm(): void {
    this.#indication = undefined;
    if (this.connected) this.#enter('ready');
  }

  /** Every driver says this first, also for a reader that reports only whole swipes. */
  swipeStarted(): void {
    this.#swipeFor = this.#indication;
    if (this.#state !== 'armed') return;
    this.#enter('reading');
    this.cue('reading');
  }

  /** The swipe turned out to be none. */
  swipeDismissed(): void {
    this.#swipeFor = undefined;
    if (this.#state === 'reading') this.#enter('armed');
  }

  /** A whole track 2 was read. The signal is used up by it. */
  swipeRead(text: string): void {
    if (!this.armed || this.#swipeFor !== this.#indication) return this.swipeFailed('READER.NOT_ARMED');
    const card = cardRead(text, this.kind);
    if (card === undefined) return this.swipeFailed('READER.TRACK2_INVALID');
    this.#useUp();
    this.#emit('card', card);
  }

  /** As `swipeRead`, of a card that the reader encrypted by itself. */
  swipeProtected(card: ProtectedCardRead): void {
    if (!this.armed || this.#swipeFor !== this.#indication) return this.swipeFailed('READER.NOT_ARMED');
    this.#useUp();
    this.#emit('protectedCard', card);
  }

  /** As `swipeRead`, of a card whose chip made a cryptogram. */
  chipRead(card: ChipCardRead): void {
    if (!this.armed || this.#swipeFor !== this.#indication) return this.swipeFailed('READER.NOT_ARMED');
    this.#useUp();
    this.#emit('chipCard', card);
  }

  /** The reader stays armed, for another try. Whatever is wrong with a swipe, first comes that nobody asked for it. */
  swipeFailed(code: ReaderFaultCode): void {
    const asked = this.armed && this.#swipeFor === this.#indication;
    this.swipeDismissed();
    this.fault(asked ? code : 'READER.NOT_ARMED');
    this.cue('error');
  }

  unplugged(): void {
    if (!this.connected) return;
    this.#enter('faulted');
    this.fault('READER.UNPLUGGED');
    this.cue('error');
  }

  replugged(): void {
    if (this.#state === 'faulted') this.#settle();
  }

  cue(kind: CueKind): void {
    this.#emit('cue', cueOf(kind, this.#indication));
  }

  fault(code: ReaderFaultCode): void {
    this.#emit('fault', { code, message: MESSAGES[code] });
  }

  /** What the device, or the platform for it, says no to without having been asked by a call of the port. */
  refused({ code, message }: DomainError): void {
    this.#emit('fault', { code, message });
  }

  #useUp(): void {
    this.#swipeFor = undefined;
    this.#indication = undefined;
    this.#enter('ready');
    this.cue('read');
  }

  #settle(): void {
    this.#enter(this.armed ? 'armed' : 'ready');
    if (this.armed) this.cue('ready');
  }

  /** The first of: opened, limit, cancel. */
  async #within(opening: Promise<void>, outer?: AbortSignal): Promise<void> {
    let stop: () => void = () => undefined;
    let cancel: () => void = () => undefined;
    const givenUp = new Promise<never>((_, reject) => {
      cancel = () => {
        reject(canceled('Connecting was canceled'));
      };
      stop = this.clock.after(CONNECT_LIMIT_MS, () => {
        reject(refusal('READER.CONNECT_TIMEOUT'));
      });
    });
    this.#cancelConnect = cancel;
    if (outer?.aborted === true) cancel();
    outer?.addEventListener('abort', cancel);
    try {
      await Promise.race([givenUp, opening]);
    } finally {
      stop();
      outer?.removeEventListener('abort', cancel);
      this.#cancelConnect = undefined;
    }
  }

  #enter(state: ReaderState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#emit('state', state);
  }

  #emit<E extends keyof ReaderEvents>(event: E, value: ReaderEvents[E]): void {
    for (const listener of [...this.#listeners[event]]) listener(value);
  }
}

/** The DomainError with which `connect()` rejects for a fault. */
export function refusal(code: ReaderFaultCode): DomainError {
  return new DomainError(code, MESSAGES[code]);
}

function canceled(message: string): DomainError {
  return new DomainError('READER.CONNECT_CANCELED', message);
}

function isFaultCode(code: string): code is ReaderFaultCode {
  return Object.hasOwn(MESSAGES, code);
}
