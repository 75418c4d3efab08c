import { KeySerialNumber, decodePinBlockFormat4, DukptHost, type AesEngine, type Pan } from '@openswipe/card';
import {
  decodePinBlockFormat0,
  hostDeriveTdesKey,
  TdesKeySerialNumber,
  type BaseDerivationKeys,
  type KeyStore,
} from '@openswipe/card/host';
import { DomainError, type Sensitive } from '@openswipe/kernel';
import { declined, type Declined } from '../domain/assessment.js';
import { initialKeyIdOf, type EnteredPin, type PresentedCard } from '../domain/presented-card.js';

export const PIN_BDK = 'pin-bdk';

/** `none`: no PIN is asked for; one that was entered all the same is not even deciphered. */
export type PinReading =
  { readonly kind: 'none' } | { readonly kind: 'pin'; readonly pin: Sensitive<string> } | Declined;

/** BDKs of readers with a PIN pad of their own, TDES (16 bytes) and AES-128; without them such PINs are not taken. */
export const READER_PIN_BDK = 'reader-pin-bdk';
export const READER_PIN_AES_BDK = 'reader-pin-aes-bdk';

/**
 * Which PIN was entered. On the page: ISO 9564-1 format 4 under the `pin-encryption` working key of a PIN BDK (ANSI
 * X9.24-3). On the reader's own PIN pad: the same under the readers' PIN BDK, or format 0 under the PIN key of TDES
 * DUKPT (X9.24-1).
 *
 * The KSN of a page must be of a BDK that is here and of an initial key issued to the very terminal that sent the
 * transaction. It need not move forward here: the block travels inside the envelope, whose data KSN carries the same
 * counter and is used up by `transactions`, so a block cannot be replayed without a new envelope by the same terminal.
 * The KSN of a reader is used up by `transactions` too; readers are carried about, so it belongs to no terminal.
 */
export class ReadPin {
  #readers: DukptHost | undefined;

  constructor(
    private readonly aes: AesEngine,
    /** Of the pages. */
    private readonly pinBdks: BaseDerivationKeys,
    /** Where the BDKs of readers are. */
    private readonly keys: Pick<KeyStore, 'key'>,
  ) {}

  /**
   * @param isAsked whether the PIN is one of the checks of this card.
   * @param holders terminal by initial key id, of all keys of pages named in the batch.
   */
  execute(
    { pan, pin }: Pick<PresentedCard, 'pan' | 'pin'>,
    isAsked: boolean,
    terminalId: string,
    holders: ReadonlyMap<string, string>,
  ): PinReading {
    if (!isAsked) return { kind: 'none' };
    if (!pin) return declined('RISK.PIN_REQUIRED');
    if (pin.enteredOn === 'page' && holders.get(initialKeyIdOf(pin.ksn)) !== terminalId) {
      return declined('RISK.PIN_REQUIRED', { reason: 'pin-key-unknown' });
    }
    try {
      return { kind: 'pin', pin: this.#decode(pin, pan) };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // No PIN was read, so the issuer hears nothing and no try is lost: the shopper may enter it again.
      if (UNREADABLE.has(error.code)) return declined('RISK.PIN_REQUIRED', { reason: 'pin-block-invalid' });
      if (error.code === 'CARD.KEY_UNKNOWN' && pin.enteredOn === 'reader') return declined('RISK.PIN_PAD_UNKNOWN');
      throw error;
    }
  }

  #decode({ block, ksn: hex, enteredOn }: EnteredPin, pan: Pan): Sensitive<string> {
    if (enteredOn === 'reader' && hex.length === TDES_KSN_DIGITS) {
      const bdk = this.keys.key(READER_PIN_BDK);
      return decodePinBlockFormat0(hostDeriveTdesKey(bdk, TdesKeySerialNumber.parse(hex), 'pin'), block, pan);
    }
    const ksn = KeySerialNumber.parse(hex);
    const host = enteredOn === 'reader' ? this.#hostOfReaders() : this.pinBdks.hostOf(ksn);
    return decodePinBlockFormat4(this.aes, host.workingKey(ksn, 'pin-encryption', 'aes128'), block, pan);
  }

  #hostOfReaders(): DukptHost {
    return (this.#readers ??= new DukptHost(this.aes, this.keys.key(READER_PIN_AES_BDK)));
  }
}

const TDES_KSN_DIGITS = 20;
const UNREADABLE = new Set(['CARD.KSN_INVALID', 'CARD.PIN_BLOCK_INVALID']);
