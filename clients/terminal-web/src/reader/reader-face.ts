import type { Cue, Light, Tone } from './cue.js';
import type { ReaderCore } from './reader-core.js';

/** How long a result stays on the face; the red light of a SureSwipe reader stays as long. */
const RESULT_MS = 2_000;

export type FaceText = 'off' | 'confirm-first' | 'swipe' | 'reading' | 'read' | 'swipe-again' | 'unplugged';

/** What the simulated reader looks and sounds like now; a page draws it and has its own words for `text`. */
export interface Face {
  readonly lights: Readonly<Record<Light['colour'], 'off' | Light['pattern']>>;
  readonly sound: readonly Tone[];
  readonly vibration: readonly number[];
  readonly text: FaceText;
  /** Shown with `swipe`: the amount that the signal was made from. */
  readonly amount?: string;
  readonly currency?: string;
  /** Milliseconds that the card takes to pass, while it passes. */
  readonly swipeMs?: number;
}

const DARK = { green: 'off', amber: 'off', red: 'off' } as const;
const STILL = { lights: DARK, sound: [], vibration: [] } as const;

/** Follows a reader's cues and states. */
export class ReaderFace {
  #face: Face = { ...STILL, text: 'off' };
  #stopTimer: () => void = () => undefined;
  #lastReady: Cue | undefined;
  readonly #listeners = new Set<(face: Face) => void>();
  readonly #core: ReaderCore;

  constructor(core: ReaderCore) {
    this.#core = core;
    core.on('cue', (cue) => {
      this.#onCue(cue);
    });
    core.on('state', (state) => {
      if (state === 'ready' || state === 'faulted' || state === 'disconnected') this.rest();
    });
  }

  get now(): Face {
    return this.#face;
  }

  on(listener: (face: Face) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  cardPassing(swipeMs: number): void {
    this.#show({ ...this.#face, swipeMs });
  }

  /** As the reader looks when nothing happens. */
  rest(): void {
    this.#stopTimer();
    const { state } = this.#core;
    if (state === 'armed' && this.#lastReady !== undefined) this.#show({ ...this.#faceOf(this.#lastReady), sound: [] });
    else if (state === 'faulted') this.#show({ ...STILL, text: 'unplugged' });
    else if (state === 'disconnected' || state === 'connecting') this.#show({ ...STILL, text: 'off' });
    else this.#show({ ...STILL, text: 'confirm-first' });
  }

  #onCue(cue: Cue): void {
    // A reader without power has no light left to show that.
    if (this.#core.state === 'faulted') return;
    if (cue.kind === 'ready') this.#lastReady = cue;
    this.#stopTimer();
    this.#show(this.#faceOf(cue));
    if (cue.kind !== 'reading') {
      this.#stopTimer = this.#core.clock.after(RESULT_MS, () => {
        this.rest();
      });
    }
  }

  #faceOf({ kind, light, sound, vibration, indication }: Cue): Face {
    const text = { ready: 'swipe', reading: 'reading', read: 'read', error: this.#afterError() } as const;
    const face = { lights: { ...DARK, [light.colour]: light.pattern }, sound, vibration, text: text[kind] };
    if (kind !== 'ready' || indication === undefined) return face;
    return { ...face, amount: indication.amount, currency: indication.currency };
  }

  #afterError(): FaceText {
    return this.#core.armed ? 'swipe-again' : 'confirm-first';
  }

  #show(face: Face): void {
    this.#face = face;
    for (const listener of [...this.#listeners]) listener(face);
  }
}
