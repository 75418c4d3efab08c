import { KeySerialNumber, decodePinBlockFormat4, hostDeriveWorkingKey, type AesEngine } from '@openswipe/card';
import type { KeyStore } from '@openswipe/card/host';
import { DomainError, type Sensitive } from '@openswipe/kernel';
import { declined, type Declined } from '../domain/assessment.js';
import { initialKeyIdOf, type PresentedCard } from '../domain/presented-card.js';

export const PIN_BDK = 'pin-bdk';

/** `none`: no PIN is asked for; one that was entered all the same is not even deciphered. */
export type PinReading =
  { readonly kind: 'none' } | { readonly kind: 'pin'; readonly pin: Sensitive<string> } | Declined;

/**
 * Which PIN was entered: ISO 9564-1 format 4 under the `pin-encryption` working key of the PIN BDK (ANSI X9.24-3).
 *
 * The KSN must be of our BDK and of an initial key issued to the very terminal that sent the transaction. It need not
 * move forward here: the block travels inside the envelope, whose data KSN carries the same counter and is used up by
 * `transactions`, so a block cannot be replayed without a new envelope by the same terminal.
 */
export class ReadPin {
  constructor(
    private readonly aes: AesEngine,
    private readonly keys: KeyStore,
    private readonly bdkId: string,
  ) {}

  /**
   * @param isAsked whether the PIN is one of the checks of this card.
   * @param holders terminal by initial key id, of all keys named in the batch.
   */
  execute(
    card: Pick<PresentedCard, 'pan' | 'pin'>,
    isAsked: boolean,
    terminalId: string,
    holders: ReadonlyMap<string, string>,
  ): PinReading {
    if (!isAsked) return { kind: 'none' };
    if (!card.pin) return declined('RISK.PIN_REQUIRED');
    const { block, ksn } = card.pin;
    if (!ksn.toLowerCase().startsWith(this.bdkId) || holders.get(initialKeyIdOf(ksn)) !== terminalId) {
      return declined('RISK.PIN_REQUIRED', { reason: 'pin-key-unknown' });
    }
    try {
      const serial = KeySerialNumber.parse(ksn);
      const pinKey = hostDeriveWorkingKey(this.aes, this.keys.key(PIN_BDK), serial, 'pin-encryption', 'aes128');
      return { kind: 'pin', pin: decodePinBlockFormat4(this.aes, pinKey, block, card.pan) };
    } catch (error) {
      if (error instanceof DomainError && UNREADABLE.has(error.code)) {
        // No PIN was read, so the issuer hears nothing and no try is lost: the shopper may enter it again.
        return declined('RISK.PIN_REQUIRED', { reason: 'pin-block-invalid' });
      }
      throw error;
    }
  }
}

const UNREADABLE = new Set(['CARD.KSN_INVALID', 'CARD.PIN_BLOCK_INVALID']);
