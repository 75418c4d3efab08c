import { type ChipTerminal, readChip } from '@openswipe/card/emv';
import { BridgeLink, type BridgeSlot, type OpenBridgeSocket, openWebSocket } from './bridge-link.js';
import { chipCardRead } from './chip-card-read.js';
import { CHIP_SURROUNDINGS, checkChipAmount, chipFaultOf, chipPayment, type ChipSurroundings } from './chip-payment.js';
import type { IndicationSignal } from './indication-signal.js';
import { browserClock, type ReaderClock } from './reader-clock.js';
import { ReaderCore, refusal } from './reader-core.js';
import type { ReaderAbilities, ReaderDriver, ReaderEvents, ReaderState } from './reader-driver.js';

/** Between two tries to reach a bridge that went away. */
const RETRY_MS = 2_000;

/** What the bridge gave this page when it was paired; good as long as the bridge runs. */
export interface BridgePairing {
  token(): string | undefined;
  /** `undefined`: it is no longer good. */
  keep(token: string | undefined): void;
}

export interface PcscBridgeReaderOptions extends Partial<ChipSurroundings> {
  readonly url?: string;
  readonly pairing?: BridgePairing;
  /** Asks the shopper about an application that the card wants confirmed; without it such a card is not supported. */
  readonly confirm?: NonNullable<ChipTerminal['confirm']>;
  readonly clock?: ReaderClock;
  readonly label?: string;
  readonly openSocket?: OpenBridgeSocket;
}

/** One card that is being read. Overtaken by another signal, a removal or the end, its result is nobody's. */
interface Reading {
  isCurrent: boolean;
}

/**
 * A chip card reader behind the reader bridge of this computer. Armed, it runs a contact EMV payment of the signal's
 * amount with the card that is in, or comes in, and tells `chipCard`. After a failure the card has to be put in again.
 * `connect()` rejects with `READER.PAIRING_NEEDED` until `usePairingCode` was given the code in the bridge's window.
 */
export class PcscBridgeReader implements ReaderDriver {
  readonly kind = 'smart-card';
  readonly label: string;
  readonly abilities: ReaderAbilities = { light: false, sound: false, vibration: false, protectsCard: false };
  readonly #core: ReaderCore;
  readonly #options: Required<Omit<PcscBridgeReaderOptions, 'clock' | 'label'>>;
  #code: string | undefined;
  #link: BridgeLink | undefined;
  #slot: BridgeSlot = { reader: null, card: false };
  #indication: IndicationSignal | undefined;
  #reading: Reading | undefined;
  /** The card that is in was tried for the signal that is held. */
  #isTried = false;
  #readerCame: () => void = () => undefined;
  #attempt: AbortController | undefined;
  #stopRetry: () => void = () => undefined;

  constructor({ clock = browserClock, label = 'Chip card reader', ...options }: PcscBridgeReaderOptions = {}) {
    this.#core = new ReaderCore(this.kind, clock);
    this.label = label;
    this.#options = {
      url: 'ws://127.0.0.1:41735',
      pairing: inMemory(),
      confirm: () => Promise.resolve(false),
      openSocket: openWebSocket,
      ...CHIP_SURROUNDINGS,
      ...options,
    };
  }

  get state(): ReaderState {
    return this.#core.state;
  }

  /** The code in the window of the bridge, for the next `connect()`. */
  usePairingCode(code: string): void {
    this.#code = code;
  }

  connect(signal?: AbortSignal): Promise<void> {
    return this.#core
      .connect((aborted) => this.#open(aborted), signal)
      .then(() => {
        this.#readIfWanted();
      });
  }

  disconnect(): Promise<void> {
    this.#indication = undefined;
    this.#drop();
    this.#core.disconnect();
    return Promise.resolve();
  }

  async arm(indication: IndicationSignal): Promise<void> {
    checkChipAmount(indication);
    this.#core.arm(indication);
    this.#overtake();
    this.#indication = indication;
    this.#isTried = false;
    this.#readIfWanted();
  }

  async disarm(): Promise<void> {
    this.#indication = undefined;
    this.#overtake();
    this.#core.disarm();
  }

  on<E extends keyof ReaderEvents>(event: E, listener: (value: ReaderEvents[E]) => void): () => void {
    return this.#core.on(event, listener);
  }

  /** Resolves when the bridge has a reader; whatever was opened is closed when `aborted` fires. */
  async #open(aborted: AbortSignal): Promise<void> {
    this.#drop();
    aborted.addEventListener('abort', () => {
      this.#drop();
    });
    await this.#pair();
    if (this.#slot.reader !== null) return;
    await new Promise<void>((resolve) => {
      this.#readerCame = resolve;
    });
  }

  async #pair(): Promise<void> {
    const { url, openSocket, pairing } = this.#options;
    const attempt = new AbortController();
    this.#attempt = attempt;
    const listener = {
      slotChanged: (slot: BridgeSlot) => {
        if (this.#link === link) this.#slotChanged(slot);
      },
      closed: () => {
        if (this.#link === link) this.#lost();
      },
    };
    const link = await BridgeLink.open(url, listener, attempt.signal, openSocket);
    if (attempt.signal.aborted) {
      link.close();
      throw refusal('READER.CONNECT_FAILED');
    }
    this.#link = link;
    const [code, token] = [this.#code, pairing.token()];
    this.#code = undefined;
    if (code === undefined && token === undefined) throw refusal('READER.PAIRING_NEEDED');
    try {
      const paired = await link.pair(code === undefined ? { token: token ?? '' } : { code });
      pairing.keep(paired.token);
      this.#slotChanged(paired);
    } catch (error) {
      const fault = chipFaultOf(error);
      if (fault === 'READER.PAIRING_NEEDED') pairing.keep(undefined);
      throw refusal(fault);
    }
  }

  #slotChanged(slot: BridgeSlot): void {
    const before = this.#slot;
    this.#slot = slot;
    if (!slot.card) this.#isTried = false;
    if (slot.reader === null && before.reader !== null) {
      this.#overtake();
      this.#core.unplugged();
    }
    if (slot.reader === null) return;
    this.#readerCame();
    this.#core.replugged();
    this.#readIfWanted();
  }

  /** The bridge ended: as if the reader was unplugged, until it is back. */
  #lost(): void {
    this.#drop();
    this.#core.unplugged();
    if (this.#core.state === 'faulted') this.#retryLater();
  }

  #retryLater(): void {
    this.#stopRetry = this.#core.clock.after(RETRY_MS, () => {
      const stopLimit = this.#core.clock.after(RETRY_MS, () => {
        this.#drop();
      });
      this.#pair()
        .catch(() => {
          if (this.#core.state !== 'faulted') return;
          this.#drop();
          this.#retryLater();
        })
        .finally(stopLimit);
    });
  }

  #drop(): void {
    this.#stopRetry();
    this.#attempt?.abort();
    this.#overtake();
    this.#link?.close();
    this.#link = undefined;
    this.#slot = { reader: null, card: false };
    this.#isTried = false;
  }

  #overtake(): void {
    if (this.#reading !== undefined) this.#reading.isCurrent = false;
  }

  #readIfWanted(): void {
    const isWanted = this.#core.state === 'armed' && this.#slot.card && !this.#isTried;
    if (!isWanted || this.#reading !== undefined || this.#link === undefined || !this.#indication) return;
    const reading = { isCurrent: true };
    this.#reading = reading;
    this.#isTried = true;
    this.#core.swipeStarted();
    void this.#read(this.#link, this.#indication, reading).finally(() => {
      this.#reading = undefined;
      this.#readIfWanted();
    });
  }

  async #read(link: BridgeLink, indication: IndicationSignal, reading: Reading): Promise<void> {
    const transmit = (command: Uint8Array<ArrayBuffer>) => {
      if (!reading.isCurrent) throw refusal('READER.CARD_REMOVED');
      return link.transmit(command);
    };
    try {
      await link.open();
      const { confirm } = this.#options;
      const card = chipCardRead(await readChip({ transmit }, chipPayment(indication, this.#options), { confirm }));
      await link.release().catch(() => undefined);
      if (!reading.isCurrent) return;
      if (card === undefined) return this.#core.swipeFailed('READER.CHIP_UNREADABLE');
      this.#indication = undefined;
      this.#core.chipRead(card);
    } catch (error) {
      await link.release().catch(() => undefined);
      // Overtaken: the shopper hears of what overtook it.
      if (reading.isCurrent) this.#core.swipeFailed(chipFaultOf(error));
    }
  }
}

function inMemory(): BridgePairing {
  let kept: string | undefined;
  return {
    token: () => kept,
    keep: (token) => {
      kept = token;
    },
  };
}
