import type { Bytes } from '@openswipe/card';
import { DomainError } from '@openswipe/kernel';
import type { Cue } from '../cue.js';
import type { IndicationSignal } from '../indication-signal.js';
import type { PresentedCard } from '../presented-card.js';
import { browserClock, type ReaderClock } from '../reader-clock.js';
import { ReaderCore, refusal } from '../reader-core.js';
import type { ReaderAbilities, ReaderDriver, ReaderEvents, ReaderKind, ReaderState } from '../reader-driver.js';
import type { ReaderPin } from '../reader-pin.js';
import { HidWire } from './hid-wire.js';
import type { HidDevice, WebHidPort } from './webhid-port.js';

/** How one family of readers talks; made anew for each opened device. */
export interface HidProtocol {
  /** Asks the device for a sign of life. Part of `connect()`, under its limit. */
  opened?(): Promise<void>;
  /** Before the port is armed; a rejection keeps it from being. */
  arm?(indication: IndicationSignal): Promise<void>;
  disarm?(): Promise<void>;
  /** What `arm` did to the device ends with the next swipe, whether that is read or not. */
  readonly sleepsAfterSwipe?: boolean;
  /** Throws a DomainError for what its layout does not allow. */
  report(reportId: number, bytes: Bytes): void;
  /** As the port's. */
  requestPin?(card: PresentedCard, signal: AbortSignal): Promise<ReaderPin>;
  serialNumber?(): Promise<string | undefined>;
  /** Lights and sounds of the reader itself. */
  cue?(cue: Cue): void;
  /** The device is gone: what was half received or waited for is void. */
  drop?(): void;
}

/** One family: which devices, and how they talk. */
export interface HidFamily {
  readonly kind: ReaderKind;
  readonly label: string;
  readonly vendorId: number;
  readonly abilities: ReaderAbilities;
  matches(device: HidDevice): boolean;
  protocol(core: ReaderCore, wire: HidWire): HidProtocol;
}

export interface HidReaderOptions {
  readonly port: WebHidPort;
  readonly device: HidDevice;
  readonly family: HidFamily;
  readonly clock?: ReaderClock;
  readonly label?: string;
}

/** A reader on WebHID, whatever it speaks: connecting, arming, unplugging and coming back are the same for all. */
export class HidReader implements ReaderDriver {
  readonly kind: ReaderKind;
  readonly label: string;
  readonly abilities: ReaderAbilities;
  readonly #core: ReaderCore;
  readonly #port: WebHidPort;
  readonly #family: HidFamily;
  #device: HidDevice;
  #wire: HidWire | undefined;
  #protocol: HidProtocol | undefined;
  #indication: IndicationSignal | undefined;
  /** Counts what the page wants; an arming that is overtaken by a later wish is dropped. */
  #wish = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #stopWatching: () => void = () => undefined;

  constructor({ port, device, family, clock = browserClock, label }: HidReaderOptions) {
    this.kind = family.kind;
    this.label = label ?? (device.productName.trim() || family.label);
    this.abilities = family.abilities;
    this.#core = new ReaderCore(family.kind, clock);
    this.#port = port;
    this.#family = family;
    this.#device = device;
    const usedUp = (): void => {
      this.#indication = undefined;
    };
    this.#core.on('card', usedUp);
    this.#core.on('protectedCard', usedUp);
    this.#core.on('cue', (cue) => this.#protocol?.cue?.(cue));
    this.#core.on('fault', () => void this.#wakeAgain());
  }

  get state(): ReaderState {
    return this.#core.state;
  }

  async connect(signal?: AbortSignal): Promise<void> {
    this.#stopWatching();
    this.#stopWatching = this.#port.onPlug(
      (device) => void this.#plugged(device),
      (device) => this.#unplugged(device),
    );
    try {
      await this.#core.connect(async (aborted) => this.#open(await this.#present(), aborted), signal);
    } catch (error) {
      // Another connect() may be under way, which still wants to know.
      if (this.#core.state === 'disconnected') {
        this.#indication = undefined;
        this.#stopWatching();
      }
      throw error;
    }
    // It came out again just when it was open.
    if (this.#wire === undefined) this.#core.unplugged();
  }

  async disconnect(): Promise<void> {
    this.#wish += 1;
    this.#indication = undefined;
    this.#stopWatching();
    this.#core.disconnect();
    await this.#inTurn(async () => {
      await this.#protocol?.disarm?.().catch(() => undefined);
      await this.#close();
    });
  }

  async arm(indication: IndicationSignal): Promise<void> {
    // The port knows how to refuse.
    if (!this.#core.connected) return this.#core.arm(indication);
    const wish = ++this.#wish;
    this.#indication = indication;
    // A swipe from here on would be bound to the order before.
    this.#core.disarm();
    await this.#inTurn(async () => {
      if (wish !== this.#wish) return;
      try {
        await this.#protocol?.arm?.(indication);
      } catch (error) {
        if (wish === this.#wish) this.#indication = undefined;
        throw this.#told(error);
      }
      if (wish === this.#wish && this.#core.connected) this.#core.arm(indication);
    });
  }

  /** After a bad swipe the port stays armed, for the same order; so must the device. */
  async #wakeAgain(): Promise<void> {
    const { armed, connected } = this.#core;
    if (!armed || !connected || this.#protocol?.sleepsAfterSwipe !== true) return;
    const wish = this.#wish;
    await this.#inTurn(async () => {
      const indication = this.#indication;
      if (wish !== this.#wish || indication === undefined) return;
      await this.#protocol?.arm?.(indication).catch((error: unknown) => {
        if (wish !== this.#wish) return;
        this.#indication = undefined;
        this.#core.disarm();
        this.#core.refused(error instanceof DomainError ? error : refusal('READER.REFUSED'));
      });
    });
  }

  async disarm(): Promise<void> {
    this.#wish += 1;
    this.#indication = undefined;
    this.#core.disarm();
    await this.#inTurn(async () => {
      if (this.#core.connected) await this.#protocol?.disarm?.().catch(() => undefined);
    });
  }

  requestPin(card: PresentedCard, signal: AbortSignal): Promise<ReaderPin> {
    return this.#inTurn(async () => {
      if (!this.#core.connected) throw refusal('READER.UNPLUGGED');
      const asked = this.#protocol?.requestPin?.(card, signal);
      if (asked === undefined) throw refusal('READER.PIN_PAD_MISSING');
      return asked;
    });
  }

  serialNumber(): Promise<string | undefined> {
    return this.#inTurn(async () => (this.#core.connected ? this.#protocol?.serialNumber?.() : undefined));
  }

  on<E extends keyof ReaderEvents>(event: E, listener: (value: ReaderEvents[E]) => void): () => void {
    return this.#core.on(event, listener);
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(task);
    this.#turn = run.catch(() => undefined);
    return run;
  }

  /** The device that was chosen, or its successor: a replugged reader may be another object. */
  async #present(): Promise<HidDevice> {
    const granted = await this.#port.granted((device) => this.#isSameModel(device));
    const device = granted.find((other) => other === this.#device) ?? granted[0];
    if (device === undefined) throw refusal('READER.CONNECT_FAILED');
    return device;
  }

  #isSameModel({ vendorId, productId }: HidDevice): boolean {
    return vendorId === this.#device.vendorId && productId === this.#device.productId;
  }

  async #open(device: HidDevice, aborted: AbortSignal): Promise<void> {
    if (aborted.aborted) return;
    await this.#close();
    const wire = new HidWire(device, (reportId, bytes) => this.#onReport(wire, reportId, bytes));
    this.#wire = wire;
    let isKept = false;
    try {
      await wire.open();
      if (aborted.aborted) return;
      const protocol = this.#family.protocol(this.#core, wire);
      this.#protocol = protocol;
      await protocol.opened?.();
      await this.#armAgain(protocol);
      if (aborted.aborted) return;
      if (this.#wire !== wire) throw refusal('READER.UNPLUGGED');
      isKept = true;
      this.#device = device;
    } finally {
      if (!isKept) await (this.#wire === wire ? this.#close() : wire.close());
    }
  }

  /** A signal that was held when the device went, as long as nobody takes it back meanwhile. */
  async #armAgain(protocol: HidProtocol): Promise<void> {
    const indication = this.#indication;
    if (indication === undefined) return;
    await protocol.arm?.(indication);
    if (this.#indication === undefined) await protocol.disarm?.();
  }

  #onReport(wire: HidWire, reportId: number, bytes: Bytes): void {
    if (wire !== this.#wire) return;
    try {
      this.#protocol?.report(reportId, bytes);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (!this.#core.armed) return;
      this.#core.swipeStarted();
      this.#core.swipeFailed('READER.REPORT_INVALID');
    } finally {
      // Tracks are in it.
      bytes.fill(0);
    }
  }

  #unplugged(device: HidDevice): void {
    if (this.#wire?.is(device) !== true) return;
    this.#core.unplugged();
    void this.#close();
  }

  /** The fault stands if it cannot be opened; the next plug or `connect()` tries again. */
  async #plugged(device: HidDevice): Promise<void> {
    if (this.#core.state !== 'faulted' || !this.#isSameModel(device)) return;
    const { signal } = new AbortController();
    await this.#inTurn(async () => {
      await this.#open(device, signal);
      this.#core.replugged();
    }).catch(() => this.#close());
  }

  /** As the page is told of a failed command; a reader that is gone has been told already. */
  #told(error: unknown): DomainError {
    const refused = error instanceof DomainError ? error : refusal('READER.REFUSED');
    if (refused.code === 'READER.REFUSED' || refused.code === 'READER.CONNECT_TIMEOUT') this.#core.fault(refused.code);
    return refused;
  }

  async #close(): Promise<void> {
    const wire = this.#wire;
    this.#protocol?.drop?.();
    this.#wire = undefined;
    this.#protocol = undefined;
    await wire?.close();
  }
}
