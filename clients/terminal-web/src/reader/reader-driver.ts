import type { CardRead } from './card-read.js';
import type { ChipCardRead } from './chip-card-read.js';
import type { Cue } from './cue.js';
import type { ProtectedCardRead } from './hid/protected-card.js';
import type { IndicationSignal } from './indication-signal.js';
import type { PresentedCard } from './presented-card.js';
import type { ReaderPin } from './reader-pin.js';

/** Drivers of one kind share a file; a new reader is a new kind here and one more file in this folder. */
export type ReaderKind =
  'simulated' | 'keyboard' | 'audio-jack' | 'magtek' | 'dynaflex' | 'idtech-hid' | 'idtech-neo2' | 'smart-card';

/** `faulted`: was connected and is gone (unplugged); it comes back by itself or by `connect()`. */
export type ReaderState = 'disconnected' | 'connecting' | 'ready' | 'armed' | 'reading' | 'faulted';

export type ReaderFaultCode =
  | 'READER.CONNECT_TIMEOUT'
  | 'READER.CONNECT_FAILED'
  | 'READER.MICROPHONE_DENIED'
  | 'READER.MICROPHONE_MISSING'
  | 'READER.UNPLUGGED'
  | 'READER.NOT_ARMED'
  | 'READER.LRC_BAD'
  | 'READER.PARITY_BAD'
  | 'READER.NO_TRACK2'
  | 'READER.TRACK2_UNREADABLE'
  | 'READER.TRACK2_INVALID'
  | 'READER.SWIPE_INCOMPLETE'
  | 'READER.SWIPE_TOO_FAST'
  | 'READER.SWIPE_TOO_SLOW'
  | 'READER.SWIPE_REVERSED'
  | 'READER.SWIPE_NOISY'
  | 'READER.SWIPE_UNSURE'
  | 'READER.REPORT_INVALID'
  | 'READER.REFUSED'
  | 'READER.KEYS_EXHAUSTED'
  | 'READER.BRIDGE_MISSING'
  | 'READER.BRIDGE_BUSY'
  | 'READER.PAIRING_NEEDED'
  | 'READER.PAIRING_WRONG'
  | 'READER.PAIRING_LOCKED'
  | 'READER.CARD_REMOVED'
  | 'READER.CARD_BUSY'
  | 'READER.CARD_SPENT'
  | 'READER.CHIP_DECLINED'
  | 'READER.CHIP_UNSUPPORTED'
  | 'READER.CHIP_UNREADABLE'
  | 'READER.PIN_PAD_MISSING'
  | 'READER.PIN_CANCELED'
  | 'READER.PIN_TIMEOUT'
  | 'READER.PIN_FAILED';

/** A fault is told, not thrown: after a bad swipe the reader is still armed, and the shopper swipes again. */
export interface ReaderFault {
  /** A `ReaderFaultCode`, or why the platform refuses this reader. */
  readonly code: string;
  /** For developers and logs; a page shows its own words for `code`. Never card data. */
  readonly message: string;
}

/** What the reader itself can signal [0028], and whether it encrypts the card data by itself [0048]. */
export interface ReaderAbilities {
  readonly light: boolean;
  readonly sound: boolean;
  readonly vibration: boolean;
  readonly protectsCard: boolean;
  /** Whether a PIN may be entered on it; of a family, some models of which have no pad, `requestPin` says it. */
  readonly pinPad?: boolean;
}

export interface ReaderEvents {
  readonly card: CardRead;
  /** Instead of `card`, from a reader that encrypts by itself; everything said of `card` holds for it too. */
  readonly protectedCard: ProtectedCardRead;
  /** Instead of `card`, when the chip was read and made its cryptogram; everything said of `card` holds for it too. */
  readonly chipCard: ChipCardRead;
  readonly cue: Cue;
  readonly state: ReaderState;
  readonly fault: ReaderFault;
}

/**
 * The one port to every reader. No signal, no read (CN102750632A [0030], claims 1, 4, 7): a card reaches `card` only
 * while the driver is armed with an indication signal, and one signal serves one card: after `card` the driver is
 * `ready`. A reader that is unplugged while armed is armed again when it is back, until `disarm()`.
 */
export interface ReaderDriver {
  readonly kind: ReaderKind;
  readonly label: string;
  readonly abilities: ReaderAbilities;
  readonly state: ReaderState;

  /**
   * Resolves when `ready`; does nothing if it is connected already. Rejects within five seconds with the DomainError of
   * a fault code, or with `READER.CONNECT_CANCELED` when `signal` aborts or `disconnect()` is called.
   */
  connect(signal?: AbortSignal): Promise<void>;
  /** Of a reader behind a bridge: the code in the bridge's window, for the next `connect()`. */
  usePairingCode?(code: string): void;
  disconnect(): Promise<void>;
  /** Rejects with `READER.NOT_CONNECTED` unless connected. A second call replaces the signal. */
  arm(indication: IndicationSignal): Promise<void>;
  /** A swipe under way is dropped. Does nothing if not armed. */
  disarm(): Promise<void>;
  /**
   * Of a reader with a PIN pad: its holder enters the PIN of the card that was read last. Rejects with the DomainError
   * of a fault code, with `READER.PIN_CANCELED` also when `signal` aborts.
   */
  requestPin?(card: PresentedCard, signal: AbortSignal): Promise<ReaderPin>;
  /** Of a reader that knows its own: the number on its label. */
  serialNumber?(): Promise<string | undefined>;
  /** Returns the call that stops listening. */
  on<E extends keyof ReaderEvents>(event: E, listener: (value: ReaderEvents[E]) => void): () => void;
}
