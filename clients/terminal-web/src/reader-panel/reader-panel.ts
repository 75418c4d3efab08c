import { DomainError } from '@openswipe/kernel';
import { signal } from '@preact/signals';
import { codeOf } from '../gateway/problem.js';
import { cueOf, type Cue, type CuePlayer, type Light } from '../reader/cue.js';
import type { IndicationSignal } from '../reader/indication-signal.js';
import type { PresentedCard } from '../reader/presented-card.js';
import type { ReaderDriver, ReaderKind, ReaderState } from '../reader/reader-driver.js';
import type { ReaderPin } from '../reader/reader-pin.js';
import type { TextStorage } from '../account/device-session.js';

/** What a person chooses: a kind of reader, or whatever USB reader they pick in the browser's list. */
export type ReaderChoice = ReaderKind | 'usb';
export type DriverFactories = Partial<Record<ReaderChoice, () => Promise<ReaderDriver>>>;

const CHOSEN = 'openswipe.reader';
/** How long an error is lit; then an armed reader shows again that it is ready. */
const ERROR_LIT_MS = 2_000;

/** The reader in use: which, in which state, with which signal; whatever page shows it. */
export class ReaderPanel {
  readonly kinds = signal<readonly ReaderChoice[]>([]);
  readonly chosen = signal<ReaderChoice | undefined>(undefined);
  readonly driver = signal<ReaderDriver | undefined>(undefined);
  readonly state = signal<ReaderState>('disconnected');
  readonly light = signal<Light | undefined>(undefined);
  /** Code of what went wrong last; gone at the next good step. */
  readonly fault = signal<string | undefined>(undefined);
  #player: CuePlayer | undefined;
  #armed: { readonly indication: IndicationSignal; readonly onCard: (card: PresentedCard) => void } | undefined;
  #unsubscribe: (() => void)[] = [];
  /** Counts what the person wants; a reader that was made for an earlier wish is dropped. */
  #wish = 0;

  constructor(
    private readonly factories: DriverFactories,
    private readonly texts: TextStorage,
    private readonly player: (onLight: (light: Light | undefined) => void) => CuePlayer,
  ) {}

  /** Kinds on offer; the one chosen last time is chosen again. */
  offer(kinds: readonly ReaderChoice[]): void {
    this.kinds.value = kinds;
    const last = this.texts.getItem(CHOSEN) as ReaderChoice | null;
    if (last && kinds.includes(last)) this.chosen.value = last;
  }

  get connected(): boolean {
    return ['ready', 'armed', 'reading'].includes(this.state.value);
  }

  async choose(kind: ReaderChoice): Promise<void> {
    if (this.chosen.value === kind) return;
    await this.disconnect();
    this.chosen.value = kind;
    this.texts.setItem(CHOSEN, kind);
  }

  /** A PIN may be entered on the reader in use. */
  get takesPin(): boolean {
    return this.connected && this.driver.value?.abilities.pinPad === true;
  }

  /** Rejects as the port does; `READER.PIN_PAD_MISSING` also without a reader. */
  async requestPin(card: PresentedCard, signal: AbortSignal): Promise<ReaderPin> {
    const asked = this.driver.value?.requestPin?.(card, signal);
    if (asked === undefined) throw new DomainError('READER.PIN_PAD_MISSING', 'No reader with a PIN pad is in use');
    return asked;
  }

  /** The driver in use can be paired with the code in the window of its bridge. */
  get pairs(): boolean {
    return this.driver.value?.usePairingCode !== undefined;
  }

  /** From a click: audio and device pickers want one. */
  async connect(): Promise<void> {
    const kind = this.chosen.value;
    const make = kind && this.factories[kind];
    if (!make || this.state.value === 'connecting') return;
    this.#player ??= this.player((light) => {
      this.light.value = light;
    });
    this.fault.value = undefined;
    const wish = ++this.#wish;
    try {
      if (!this.driver.value) {
        // The browser's list may be open for as long as the person likes.
        this.state.value = 'connecting';
        const driver = await make();
        if (wish !== this.#wish) return;
        this.#watch(driver);
      }
      await this.driver.value?.connect();
    } catch (error) {
      if (wish !== this.#wish) return;
      if (!this.driver.value) this.state.value = 'disconnected';
      this.fault.value = codeOf(error);
      return;
    }
    await this.#wake();
  }

  /** Connects with the code that the window of the bridge shows. */
  pair(code: string): Promise<void> {
    this.driver.value?.usePairingCode?.(code);
    return this.connect();
  }

  async disconnect(): Promise<void> {
    this.#wish += 1;
    const driver = this.driver.value;
    await driver?.disconnect();
    for (const stop of this.#unsubscribe) stop();
    this.#unsubscribe = [];
    this.driver.value = undefined;
    this.state.value = 'disconnected';
    this.fault.value = undefined;
    this.#player?.stop();
  }

  /** Wakes the reader for one confirmed order; a reader connected later is woken then. A refusal is the `fault`. */
  async arm(indication: IndicationSignal, onCard: (card: PresentedCard) => void): Promise<void> {
    this.#armed = { indication, onCard };
    this.fault.value = undefined;
    if (this.connected) await this.#wake();
  }

  async disarm(): Promise<void> {
    this.#armed = undefined;
    this.fault.value = undefined;
    this.#player?.stop();
    await this.driver.value?.disarm();
  }

  /** An order waits for a card, and the reader did not wake for it, or not again. */
  get sleeps(): boolean {
    return this.state.value === 'ready' && this.fault.value !== undefined && this.#armed !== undefined;
  }

  async wake(): Promise<void> {
    this.fault.value = undefined;
    await this.#wake();
  }

  async #wake(): Promise<void> {
    const armed = this.#armed;
    if (!armed) return;
    try {
      await this.driver.value?.arm(armed.indication);
    } catch (error) {
      if (this.#armed === armed) this.fault.value = codeOf(error);
    }
  }

  #presented(card: PresentedCard): void {
    this.fault.value = undefined;
    const armed = this.#armed;
    this.#armed = undefined;
    armed?.onCard(card);
  }

  #signal(cue: Cue): void {
    this.#player?.play(cue);
    if (cue.kind !== 'error') return;
    const { light } = cue;
    setTimeout(() => {
      if (this.light.value === light && this.state.value === 'armed') this.light.value = cueOf('ready').light;
    }, ERROR_LIT_MS);
  }

  #watch(driver: ReaderDriver): void {
    this.driver.value = driver;
    this.state.value = driver.state;
    this.#unsubscribe = [
      driver.on('state', (state) => {
        this.state.value = state;
        if (state === 'ready' || state === 'disconnected') this.#player?.stop();
      }),
      driver.on('cue', (cue) => this.#signal(cue)),
      driver.on('fault', ({ code }) => {
        this.fault.value = code;
      }),
      driver.on('card', (card) => this.#presented(card)),
      driver.on('protectedCard', (card) => this.#presented(card)),
      driver.on('chipCard', (card) => this.#presented(card)),
    ];
  }
}
