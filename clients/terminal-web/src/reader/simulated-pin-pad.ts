import { deriveInitialKey, DukptTerminal, encodePinBlockFormat4, nobleAes, toHex, type Pan } from '@openswipe/card';
import { TEST_PIN_PAD_BDK, TEST_PIN_PAD_BDK_ID } from '@openswipe/card/test-pin-pad';
import { Sensitive } from '@openswipe/kernel';
import { refusal } from './reader-core.js';
import type { ReaderFaultCode } from './reader-driver.js';
import type { ReaderPin } from './reader-pin.js';

export type PinKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | 'delete' | 'ok' | 'cancel';

/** ISO 9564-1. */
const LENGTH_MIN = 4;
const LENGTH_MAX = 12;

interface Asked {
  readonly pan: Pan;
  readonly resolve: (pin: ReaderPin) => void;
  readonly reject: (code: ReaderFaultCode) => void;
}

/**
 * The PIN pad of the simulated reader: its keys are pressed, never read; what leaves it is a format 4 block under its
 * own AES DUKPT key. Each pad is a new one to the platform, so no key serial number comes twice.
 */
export class SimulatedPinPad {
  #dukpt: DukptTerminal | undefined;
  #digits = '';
  #asked: Asked | undefined;
  readonly #listeners = new Set<() => void>();

  /** Digits so far; `undefined` while nobody asks for a PIN. */
  get entered(): number | undefined {
    return this.#asked && this.#digits.length;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Rejects with `READER.PIN_CANCELED` when `signal` aborts or the holder cancels. A second request ends the first. */
  request(pan: Pan, signal: AbortSignal): Promise<ReaderPin> {
    this.drop('READER.PIN_CANCELED');
    const entered = new Promise<ReaderPin>((resolve, reject) => {
      this.#asked = { pan, resolve, reject: (code) => reject(refusal(code)) };
    });
    const asked = this.#asked;
    const stop = (): void => {
      if (this.#asked === asked) this.drop('READER.PIN_CANCELED');
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    this.#tell();
    return entered;
  }

  press(key: PinKey): void {
    if (!this.#asked) return;
    if (key === 'cancel') return this.drop('READER.PIN_CANCELED');
    if (key === 'delete') this.#digits = this.#digits.slice(0, -1);
    else if (key === 'ok') this.#finish(this.#asked);
    else if (this.#digits.length < LENGTH_MAX) this.#digits += key;
    this.#tell();
  }

  /** Ends what is asked, for instance since the plug is out. */
  drop(code: ReaderFaultCode): void {
    const asked = this.#asked;
    this.#asked = undefined;
    this.#digits = '';
    asked?.reject(code);
    this.#tell();
  }

  /** Resolves as soon as a PIN is asked for, or the wait is over. */
  whenAsked(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#asked === undefined && signal?.aborted !== true) return;
        stop();
        resolve();
      };
      const stop = this.onChange(look);
      signal?.addEventListener('abort', look, { once: true });
      look();
    });
  }

  #finish({ pan, resolve }: Asked): void {
    if (this.#digits.length < LENGTH_MIN) return;
    const pin = new Sensitive(this.#digits);
    this.#asked = undefined;
    this.#digits = '';
    this.#dukpt ??= newPad();
    const { ksn, keys } = this.#dukpt.next(['pin-encryption']);
    const random = crypto.getRandomValues(new Uint8Array(8));
    const block = encodePinBlockFormat4(nobleAes, keys['pin-encryption'], pin, pan, random);
    resolve({ pinBlock: new Sensitive(toHex(block)), pinKsn: ksn.hex });
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function newPad(): DukptTerminal {
  const id = `${TEST_PIN_PAD_BDK_ID}${toHex(crypto.getRandomValues(new Uint8Array(4)))}`;
  const bytes = Uint8Array.from(id.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16));
  return DukptTerminal.initialize(nobleAes, deriveInitialKey(nobleAes, TEST_PIN_PAD_BDK, bytes), id);
}
