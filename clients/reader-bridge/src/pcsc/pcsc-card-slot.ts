import { type BridgeCode, bridgeRefusal } from '../bridge-refusal.js';
import type { CardSlot, OpenCard, SlotState } from '../card-slot.js';
import type { Pcsc, PcscCard, PcscContext, PcscEvent, PcscMonitor } from './pcsc.js';

/** To power a card up, and for one answer. */
const CARD_LIMIT_MS = 10_000;
/** Between two tries to reach the PC/SC service. */
const RETRY_MS = 2_000;

export interface PcscCardSlotOptions {
  /** Part of a reader's name; without it the first reader is used. */
  readonly reader?: string;
  readonly cardLimitMs?: number;
  readonly retryMs?: number;
  /** Hears when the PC/SC service is lost, and when it is there. */
  readonly onService?: (isThere: boolean) => void;
}

/** The first reader of this computer, by PC/SC; it may come and go, and so may the PC/SC service. */
export class PcscCardSlot implements CardSlot {
  readonly #readers = new Map<string, { card: boolean }>();
  readonly #listeners = new Set<(state: SlotState) => void>();
  #context: PcscContext | undefined;
  #monitor: PcscMonitor | undefined;
  #timer: NodeJS.Timeout | undefined;
  #told: SlotState = { reader: null, card: false };
  #isServiceThere: boolean | undefined;

  constructor(
    private readonly pcsc: Pcsc,
    private readonly options: PcscCardSlotOptions = {},
  ) {}

  get state(): SlotState {
    return this.#told;
  }

  on(listener: (state: SlotState) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  start(): void {
    try {
      this.#context = new this.pcsc.Context();
      this.#monitor = new this.pcsc.ReaderMonitor();
      this.#monitor.start(this.#onEvent);
      this.#service(true);
    } catch {
      this.#lost();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#monitor?.stop();
    this.#context?.close();
    this.#monitor = undefined;
    this.#context = undefined;
    this.#readers.clear();
    this.#tell();
  }

  async open(): Promise<OpenCard> {
    const { reader: name, card } = this.#told;
    const reader = card ? this.#context?.listReaders().find((each) => each.name === name) : undefined;
    if (reader === undefined) throw bridgeRefusal('BRIDGE.NO_CARD');
    const { SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1 } = this.pcsc;
    const connecting = reader.connect(SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1);
    try {
      return this.#opened(await this.#within(connecting));
    } catch (error) {
      // Whoever gave up no longer wants the card that is powered up late.
      connecting.then(
        (late) => this.#release(late),
        () => undefined,
      );
      throw bridgeRefusal(codeOf(error));
    }
  }

  #opened(card: PcscCard): OpenCard {
    const isByteProtocol = card.protocol === this.pcsc.SCARD_PROTOCOL_T0;
    return {
      transmit: async (command) => {
        const sent = Buffer.from(isByteProtocol ? tpdu(command) : command);
        const answer = await this.#within(card.transmit(sent)).catch((error: unknown) => {
          throw bridgeRefusal(codeOf(error));
        });
        // No status word: some drivers call it a success when the card goes in the middle of a command.
        if (answer.length < 2) throw bridgeRefusal('BRIDGE.CARD_REMOVED');
        return Uint8Array.from(answer);
      },
      release: () => {
        this.#release(card);
      },
    };
  }

  #release(card: PcscCard): void {
    try {
      card.disconnect(this.pcsc.SCARD_RESET_CARD);
    } catch {
      // The card or its reader is gone, and so is what was to be reset.
    }
  }

  async #within<T>(working: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(bridgeRefusal('BRIDGE.CARD_SILENT'));
      }, this.options.cardLimitMs ?? CARD_LIMIT_MS);
    });
    try {
      return await Promise.race([working, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  readonly #onEvent = ({ type, reader, state }: PcscEvent): void => {
    if (this.#monitor === undefined) return;
    if (type === 'error') return this.#lost();
    const isPresent = (state & this.pcsc.SCARD_STATE_PRESENT) !== 0;
    if (type === 'reader-attached') this.#readers.set(reader, { card: isPresent });
    else if (type === 'reader-detached') this.#readers.delete(reader);
    else this.#readers.set(reader, { card: type === 'card-inserted' });
    this.#tell();
  };

  /** The service stopped, or is not there yet; it is asked for again. */
  #lost(): void {
    this.#service(false);
    this.stop();
    this.#timer = setTimeout(() => {
      this.start();
    }, this.options.retryMs ?? RETRY_MS);
  }

  #service(isThere: boolean): void {
    if (this.#isServiceThere === isThere) return;
    this.#isServiceThere = isThere;
    this.options.onService?.(isThere);
  }

  #tell(): void {
    const wanted = this.options.reader ?? '';
    const [name, slot] = [...this.#readers].find(([each]) => each.includes(wanted)) ?? [null, { card: false }];
    const state = { reader: name, card: slot.card };
    if (state.reader === this.#told.reader && state.card === this.#told.card) return;
    this.#told = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

/** T=0 sends data or asks for some, never both: what the card has is fetched by GET RESPONSE (ISO/IEC 7816-3, 12.2). */
function tpdu(command: Uint8Array): Uint8Array {
  const length = command[4] ?? 0;
  return command.length === 6 + length ? command.subarray(0, -1) : command;
}

/** The package tells the PC/SC status by its text alone. */
function codeOf(error: unknown): BridgeCode {
  const text = error instanceof Error ? error.message : '';
  if (/sharing/i.test(text)) return 'BRIDGE.CARD_BUSY';
  if (/removed|reset|no smart card|reader unavailable|unknown reader|invalid handle|unpowered/i.test(text)) {
    return 'BRIDGE.CARD_REMOVED';
  }
  return 'BRIDGE.CARD_SILENT';
}
