import { signal } from '@preact/signals';
import { codeOf } from '../gateway/problem.js';
import type { CardRead } from '../reader/card-read.js';
import { cueOf, type Cue, type CuePlayer, type Light } from '../reader/cue.js';
import type { IndicationSignal } from '../reader/indication-signal.js';
import type { ReaderDriver, ReaderKind, ReaderState } from '../reader/reader-driver.js';
import type { TextStorage } from '../account/device-session.js';

export type DriverFactories = Partial<Record<ReaderKind, () => Promise<ReaderDriver>>>;

const CHOSEN = 'openswipe.reader';
/** How long an error is lit; then an armed reader shows again that it is ready. */
const ERROR_LIT_MS = 2_000;

/** The reader in use: which, in which state, with which signal; whatever page shows it. */
export class ReaderPanel {
  readonly kinds = signal<readonly ReaderKind[]>([]);
  readonly chosen = signal<ReaderKind | undefined>(undefined);
  readonly driver = signal<ReaderDriver | undefined>(undefined);
  readonly state = signal<ReaderState>('disconnected');
  readonly light = signal<Light | undefined>(undefined);
  /** Code of what went wrong last; gone at the next good step. */
  readonly fault = signal<string | undefined>(undefined);
  #player: CuePlayer | undefined;
  #armed: { readonly indication: IndicationSignal; readonly onCard: (card: CardRead) => void } | undefined;
  #unsubscribe: (() => void)[] = [];

  constructor(
    private readonly factories: DriverFactories,
    private readonly texts: TextStorage,
    private readonly player: (onLight: (light: Light | undefined) => void) => CuePlayer,
  ) {}

  /** Kinds on offer; the one chosen last time is chosen again. */
  offer(kinds: readonly ReaderKind[]): void {
    this.kinds.value = kinds;
    const last = this.texts.getItem(CHOSEN) as ReaderKind | null;
    if (last && kinds.includes(last)) this.chosen.value = last;
  }

  get connected(): boolean {
    return ['ready', 'armed', 'reading'].includes(this.state.value);
  }

  async choose(kind: ReaderKind): Promise<void> {
    if (this.chosen.value === kind) return;
    await this.disconnect();
    this.chosen.value = kind;
    this.texts.setItem(CHOSEN, kind);
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
    try {
      if (!this.driver.value) this.#watch(await make());
      await this.driver.value?.connect();
      if (this.#armed) await this.driver.value?.arm(this.#armed.indication);
    } catch (error) {
      this.fault.value = codeOf(error);
    }
  }

  async disconnect(): Promise<void> {
    const driver = this.driver.value;
    await driver?.disconnect();
    for (const stop of this.#unsubscribe) stop();
    this.#unsubscribe = [];
    this.driver.value = undefined;
    this.state.value = 'disconnected';
    this.fault.value = undefined;
    this.#player?.stop();
  }

  /** Wakes the reader for one confirmed order; a reader connected later is woken then. */
  async arm(indication: IndicationSignal, onCard: (card: CardRead) => void): Promise<void> {
    this.#armed = { indication, onCard };
    this.fault.value = undefined;
    if (this.connected) await this.driver.value?.arm(indication);
  }

  async disarm(): Promise<void> {
    this.#armed = undefined;
    this.fault.value = undefined;
    this.#player?.stop();
    await this.driver.value?.disarm();
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
      driver.on('card', (card) => {
        this.fault.value = undefined;
        const armed = this.#armed;
        this.#armed = undefined;
        armed?.onCard(card);
      }),
    ];
  }
}
