import { tellSwipe } from './hid/swipe-report.js';
import type { IndicationSignal } from './indication-signal.js';
import { usCharacter } from './keyboard-layout.js';
import { parseKeyboard } from './keyboard-tracks.js';
import { browserClock, type ReaderClock } from './reader-clock.js';
import { ReaderCore } from './reader-core.js';
import type { ReaderAbilities, ReaderDriver, ReaderEvents, ReaderState } from './reader-driver.js';

/** Longest pause between two keys of one swipe. */
const KEY_GAP_MS = 300;
/** From here on it is a swipe and no longer perhaps a person: a sentinel and seven more, at machine speed. */
const SURE_LENGTH = 8;
/** Tracks 1 to 3 (79 + 40 + 107 characters, ISO/IEC 7811), masked, then all three encrypted in hexadecimal and more. */
const LENGTH_MAX = 1_200;
/** How a swipe may begin: track 1 of format B, track 2, or the `E` of a track that the reader could not read. */
const BEGINNING = /^(?:%(?:B\d*|E\??)?|;(?:\d*|E\??)?)$/;
const FAILED_TRACK = /^[%;]E\?/;

export interface KeyboardReaderOptions {
  /** Where keys are caught, in the capture phase: `window`. */
  readonly target: EventTarget;
  readonly clock?: ReaderClock;
  readonly label?: string;
  /** Types `text` where the caret is, for keys that were held back but turned out to be a person's. */
  readonly giveBack?: (text: string) => void;
}

/**
 * A reader that types. Its keys are recognised by place (`code`), not by what the host's layout makes of them. The key
 * of a start sentinel is held back, armed or not; what follows decides. A swipe is swallowed whole, so that no input,
 * script or shortcut of the page sees the card, also when nobody asked for it. A person's typing passes: keys that do
 * not begin like a stripe are given back at once, and a lone `;` or `%` after the gap. In clear nothing proves
 * the source; the encrypted form of MagneSafe V5 is passed on unread.
 */
export class KeyboardReader implements ReaderDriver {
  readonly kind = 'keyboard';
  readonly label: string;
  readonly abilities: ReaderAbilities = { light: false, sound: false, vibration: false, protectsCard: false };
  readonly #core: ReaderCore;
  readonly #target: EventTarget;
  readonly #giveBack: (text: string) => void;
  readonly #swallowed = new Set<string>();
  /** US characters of the swipe so far; '' when there is none. */
  #text = '';
  /** The same keys as the host's layout types them. */
  #typed = '';
  #lastKeyMs = 0;
  #stopTimer: () => void = () => undefined;

  constructor({ target, clock = browserClock, label, giveBack = insertText }: KeyboardReaderOptions) {
    this.#core = new ReaderCore(this.kind, clock);
    this.#target = target;
    this.label = label ?? 'Keyboard reader';
    this.#giveBack = giveBack;
  }

  get state(): ReaderState {
    return this.#core.state;
  }

  connect(signal?: AbortSignal): Promise<void> {
    return this.#core.connect((aborted) => {
      if (!aborted.aborted) this.#listen();
      return Promise.resolve();
    }, signal);
  }

  disconnect(): Promise<void> {
    this.#target.removeEventListener('keydown', this.#onKeyDown, { capture: true });
    this.#target.removeEventListener('keyup', this.#onKeyUp, { capture: true });
    this.#forget();
    this.#core.disconnect();
    return Promise.resolve();
  }

  async arm(indication: IndicationSignal): Promise<void> {
    this.#core.arm(indication);
  }

  async disarm(): Promise<void> {
    this.#core.disarm();
  }

  on<E extends keyof ReaderEvents>(event: E, listener: (value: ReaderEvents[E]) => void): () => void {
    return this.#core.on(event, listener);
  }

  #listen(): void {
    this.#target.addEventListener('keydown', this.#onKeyDown, { capture: true });
    this.#target.addEventListener('keyup', this.#onKeyUp, { capture: true });
  }

  readonly #onKeyDown = (event: Event): void => {
    const key = event as KeyboardEvent;
    if (this.#text !== '' && this.#core.clock.nowMs() - this.#lastKeyMs > KEY_GAP_MS) this.#pause();
    if (!this.#take(key)) return;
    this.#swallowed.add(key.code);
    swallow(key);
  };

  /** A key whose press was swallowed has no release for the page either. */
  readonly #onKeyUp = (event: Event): void => {
    if (this.#swallowed.delete((event as KeyboardEvent).code)) swallow(event);
  };

  /** Whether the key belongs to a swipe. */
  #take(key: KeyboardEvent): boolean {
    const isShortcut = key.ctrlKey || key.altKey || key.metaKey;
    const character = isShortcut ? undefined : usCharacter(key.code, key.shiftKey)?.toUpperCase();
    if (this.#text === '') return this.#begin(key, character);
    if (/^Shift/.test(key.code)) return true;
    if (/Enter$/.test(key.code) && this.#isSwipe()) return this.#finish();
    if (character === undefined) return this.#isSwipe() || this.#letGo();
    if (this.#isSwipe() || BEGINNING.test(this.#text + character)) return this.#add(key, character);
    this.#letGo();
    return this.#begin(key, character);
  }

  /** A dead key is a person's accent and could not be given back. */
  #begin(key: KeyboardEvent, character?: string): boolean {
    return (character === ';' || character === '%') && key.key !== 'Dead' && this.#add(key, character);
  }

  #add(key: KeyboardEvent, character: string): true {
    const wasSwipe = this.#isSwipe();
    if (this.#text.length < LENGTH_MAX) this.#text += character;
    if (key.key.length === 1) this.#typed += key.key;
    if (!wasSwipe && this.#isSwipe()) this.#core.swipeStarted();
    this.#lastKeyMs = this.#core.clock.nowMs();
    this.#stopTimer();
    this.#stopTimer = this.#core.clock.after(KEY_GAP_MS, () => {
      this.#pause();
    });
    return true;
  }

  #isSwipe(): boolean {
    return this.#text.length >= SURE_LENGTH || FAILED_TRACK.test(this.#text);
  }

  #pause(): void {
    if (this.#isSwipe()) this.#finish();
    else this.#letGo();
  }

  #letGo(): false {
    const typed = this.#typed;
    this.#forget();
    if (typed !== '') this.#giveBack(typed);
    return false;
  }

  #finish(): true {
    const text = this.#text;
    this.#forget();
    tellSwipe(this.#core, parseKeyboard(text));
    return true;
  }

  #forget(): void {
    this.#stopTimer();
    this.#text = '';
    this.#typed = '';
  }
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** `execCommand` is old, but alone in reaching every kind of input with its undo and its `input` event. */
function insertText(text: string): void {
  const page = globalThis.document as { execCommand?: (command: string, ui: boolean, value: string) => boolean };
  page.execCommand?.('insertText', false, text);
}
