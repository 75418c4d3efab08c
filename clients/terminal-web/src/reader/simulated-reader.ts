import { parseTrack2 } from '@openswipe/card';
import { type Apdu, readChip } from '@openswipe/card/emv';
import { decodeF2f } from './audio/f2f-decoder.js';
import { synthesizeSwipe } from './audio/f2f-synthesizer.js';
import { swipeFault } from './audio/swipe-fault.js';
import { chipCardRead } from './chip-card-read.js';
import { CHIP_SURROUNDINGS, chipFaultOf, chipPayment } from './chip-payment.js';
import type { IndicationSignal } from './indication-signal.js';
import { isProtected, type PresentedCard } from './presented-card.js';
import { browserClock, type ReaderClock } from './reader-clock.js';
import { ReaderCore, refusal } from './reader-core.js';
import type { ReaderAbilities, ReaderDriver, ReaderEvents, ReaderState } from './reader-driver.js';
import { type Face, ReaderFace } from './reader-face.js';
import type { ReaderPin } from './reader-pin.js';
import type { Scenario, ScenarioStep, SimulatedInsertion, SimulatedSwipe } from './scenario.js';
import { type SimulatedChip, SimulatedChips } from './simulated-chips.js';
import { type PinKey, SimulatedPinPad } from './simulated-pin-pad.js';

const SAMPLE_RATE = 48_000;
/** Silence around the swipe, so that the decoder learns the noise as it would on a real line. */
const SILENCE_MS = 100;
/** A command to a contact card and its answer, and all that a payment takes. */
const COMMAND_MS = 40;
const CHIP_MS = 600;

type Transmit = Apdu['transmit'];

export interface SimulatedReaderOptions {
  readonly clock?: ReaderClock;
  readonly label?: string;
  /** Track 2 of a card that a scenario names; a scenario's card that starts with `;` or a digit is a track itself. */
  readonly cardOf?: (name: string) => string;
  /** Of a card that is put in by its chip: from the test deck where nothing is said. */
  readonly chips?: Pick<SimulatedChips, 'chipOf'>;
}

/**
 * A reader without hardware but with its physics: every swipe is a synthesised waveform, decoded as that of a real
 * head, so a scratch gives a real bad LRC; a chip makes a true cryptogram, under the test issuer's published key. The
 * same seed and clock give the same swipes. It has a face for a page to draw.
 */
export class SimulatedReader implements ReaderDriver {
  readonly kind = 'simulated';
  readonly label: string;
  /** Used where `hasPinPad` says that this reader has one. */
  readonly pinPad = new SimulatedPinPad();
  hasPinPad = false;
  readonly #core: ReaderCore;
  readonly #face: ReaderFace;
  readonly #cardOf: (name: string) => string;
  readonly #chips: Pick<SimulatedChips, 'chipOf'>;
  #indication: IndicationSignal | undefined;
  #plugged = true;
  #dropSwipe: (() => void) | undefined;
  readonly #whenPlugged = new Set<() => void>();

  constructor({
    clock = browserClock,
    label,
    cardOf = (name) => name,
    chips = new SimulatedChips(),
  }: SimulatedReaderOptions = {}) {
    this.#core = new ReaderCore(this.kind, clock);
    this.#face = new ReaderFace(this.#core);
    this.label = label ?? 'Simulated reader';
    this.#chips = chips;
    this.#cardOf = (card) => (/^[;0-9]/.test(card) ? card : cardOf(card));
  }

  get abilities(): ReaderAbilities {
    return { light: true, sound: true, vibration: true, protectsCard: false, pinPad: this.hasPinPad };
  }

  get state(): ReaderState {
    return this.#core.state;
  }

  get face(): Face {
    return this.#face.now;
  }

  onFace(listener: (face: Face) => void): () => void {
    return this.#face.on(listener);
  }

  connect(signal?: AbortSignal): Promise<void> {
    return this.#core.connect(() => this.#powered(), signal);
  }

  disconnect(): Promise<void> {
    this.#dropSwipe?.();
    this.pinPad.drop('READER.PIN_CANCELED');
    this.#core.disconnect();
    return Promise.resolve();
  }

  async arm(indication: IndicationSignal): Promise<void> {
    this.#core.arm(indication);
    this.#indication = indication;
  }

  async disarm(): Promise<void> {
    this.#core.disarm();
  }

  async requestPin(card: PresentedCard, signal: AbortSignal): Promise<ReaderPin> {
    if (!this.hasPinPad || isProtected(card)) throw refusal('READER.PIN_PAD_MISSING');
    if (!this.#core.connected) throw refusal('READER.UNPLUGGED');
    return this.pinPad.request(parseTrack2(card.track2.reveal('PIN entry on the reader')).pan, signal);
  }

  on<E extends keyof ReaderEvents>(event: E, listener: (value: ReaderEvents[E]) => void): () => void {
    return this.#core.on(event, listener);
  }

  unplug(): void {
    this.#plugged = false;
    this.#dropSwipe?.();
    this.pinPad.drop('READER.UNPLUGGED');
    this.#core.unplugged();
  }

  replug(): void {
    this.#plugged = true;
    for (const then of this.#whenPlugged) then();
    this.#whenPlugged.clear();
    this.#core.replugged();
  }

  /** Draws `card` (track 2 or a name) through the reader; resolves when the card is out again, whatever was read. */
  async swipe(card: string, swipe: SimulatedSwipe = {}, seed = 1): Promise<void> {
    if (!this.#core.connected || this.#dropSwipe !== undefined) return;
    const samples = this.#waveform(card, swipe, seed);
    const swipeMs = (samples.length / SAMPLE_RATE) * 1000 - 2 * SILENCE_MS;
    this.#core.swipeStarted();
    this.#face.cardPassing(swipeMs);
    if (!(await this.#pass(swipeMs, swipe.unplugAt))) return this.#core.swipeDismissed();
    const result = decodeF2f(samples, SAMPLE_RATE);
    if ('text' in result) this.#core.swipeRead(result.text);
    // Somebody did draw a card here: what a microphone takes for a knock is a stripe without data.
    else this.#core.swipeFailed(swipeFault(result.reason) ?? 'READER.NO_TRACK2');
  }

  /** Puts `card` (a name of the deck, or a track 2) in by its chip; resolves when it may be taken out again. */
  async insert(card: string, insertion: SimulatedInsertion = {}): Promise<void> {
    if (!this.#core.connected || this.#dropSwipe !== undefined) return;
    this.#core.swipeStarted();
    const indication = this.#indication;
    if (!this.#core.armed || !indication) return this.#core.swipeFailed('READER.NOT_ARMED');
    let isDropped = false;
    this.#dropSwipe = () => {
      isDropped = true;
    };
    this.#face.cardPassing(CHIP_MS);
    try {
      const chip = await this.#chips.chipOf(card);
      const transmit = this.#contact(chip, insertion, () => isDropped);
      const read = await readChip({ transmit }, chipPayment(indication, CHIP_SURROUNDINGS));
      const found = chipCardRead(read, this.kind);
      this.#dropSwipe = undefined;
      if (isDropped) this.#core.swipeDismissed();
      else if (found) this.#core.chipRead(found);
      else this.#core.swipeFailed('READER.CHIP_UNREADABLE');
    } catch (error) {
      this.#dropSwipe = undefined;
      if (isDropped) this.#core.swipeDismissed();
      else this.#core.swipeFailed(chipFaultOf(error));
    }
  }

  /** Plays a scenario to its end. A swipe waits for the indication signal, unless it is `unasked`. */
  async play(scenario: Scenario, signal?: AbortSignal): Promise<void> {
    if (scenario.pinPad !== undefined) this.hasPinPad = scenario.pinPad;
    for (const [index, step] of scenario.steps.entries()) {
      if (signal?.aborted === true) return;
      await this.#step(step, scenario, scenario.seed + index, signal);
    }
  }

  async #step(step: ScenarioStep, { card }: Scenario, seed: number, signal?: AbortSignal): Promise<void> {
    switch (step.do) {
      case 'unplug':
        return this.unplug();
      case 'replug':
        return this.replug();
      case 'wait':
        return this.#wait(step.ms, signal);
      case 'pin':
        await this.pinPad.whenAsked(signal);
        for (const key of [...step.digits, 'ok']) this.pinPad.press(key as PinKey);
        return;
      case 'insert':
        if (step.unasked !== true) await this.#armed(signal);
        if (signal?.aborted !== true) await this.insert(card, step);
        return;
      case 'swipe':
        if (step.unasked !== true) await this.#armed(signal);
        if (signal?.aborted !== true) await this.swipe(card, step, seed);
    }
  }

  /** The contacts of the slot, until the card or the cable comes out. */
  #contact(chip: SimulatedChip, { removeAt, unplugAt }: SimulatedInsertion, isDropped: () => boolean): Transmit {
    let commands = 0;
    return async (command) => {
      await this.#wait(COMMAND_MS);
      if (commands === unplugAt) this.unplug();
      if (isDropped() || commands === removeAt) throw refusal('READER.CARD_REMOVED');
      commands += 1;
      return chip.answer(command);
    };
  }

  #waveform(card: string, swipe: SimulatedSwipe, seed: number): Float32Array<ArrayBuffer> {
    const { speed = 20, drift = 1.2, direction, noise = 0.02, damage = [], badLrc = false, stopAt = 1 } = swipe;
    const reversed = direction === 'reverse';
    const quiet = { leadMs: SILENCE_MS, tailMs: SILENCE_MS, sampleRate: SAMPLE_RATE };
    const physics = { speed, drift, noise, stopAt, reversed, dropouts: damage, flipLrc: badLrc, jitter: 0.01, seed };
    return synthesizeSwipe({ track2: this.#cardOf(card), ...physics, ...quiet });
  }

  /** Whether the card passed to the end; not if the cable came out or the reader was let go. */
  #pass(swipeMs: number, unplugAt?: number): Promise<boolean> {
    const { clock } = this.#core;
    return new Promise((resolve) => {
      const end = (passed: boolean): void => {
        stopPass();
        stopUnplug?.();
        this.#dropSwipe = undefined;
        resolve(passed);
      };
      const stopPass = clock.after(swipeMs, () => {
        end(true);
      });
      const unplug = (): void => {
        this.unplug();
      };
      const stopUnplug = unplugAt === undefined ? undefined : clock.after(swipeMs * unplugAt, unplug);
      this.#dropSwipe = () => {
        end(false);
      };
    });
  }

  #powered(): Promise<void> {
    if (this.#plugged) return Promise.resolve();
    return new Promise((resolve) => this.#whenPlugged.add(resolve));
  }

  #armed(signal?: AbortSignal): Promise<void> {
    if (this.state === 'armed') return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.on('state', (state) => {
        if (state === 'armed') done();
      });
      const done = (): void => {
        stop();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      signal?.addEventListener('abort', done);
    });
  }

  #wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        stop();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const stop = this.#core.clock.after(ms, done);
      signal?.addEventListener('abort', done);
    });
  }
}
