import type { Key, Pan } from '@openswipe/card';
import type { Sensitive } from '@openswipe/kernel';
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the issuer simulator keeps instead of PANs and PINs: keyed hashes under the `issuer-pin` key. */
export class IssuerSecrets {
  constructor(private readonly key: Key) {}

  /** Names a card without its PAN. */
  cardId(pan: Pan): string {
    return this.#mac('card', pan.reveal('issuer looks up the card')).toString('hex');
  }

  /** Names a chip: several of one PAN differ by their sequence number (5F34). */
  chipId(pan: Pan, panSequence: number): string {
    return this.#mac('chip', pan.reveal('issuer looks up the chip'), String(panSequence)).toString('hex');
  }

  pinVerifier(pan: Pan, pin: Sensitive<string>): string {
    return this.#mac('pin', pan.reveal('PIN verifier'), pin.reveal('PIN verifier')).toString('hex');
  }

  isPin(verifier: string, pan: Pan, pin: Sensitive<string>): boolean {
    return timingSafeEqual(Buffer.from(verifier), Buffer.from(this.pinVerifier(pan, pin)));
  }

  #mac(...parts: readonly string[]): Buffer {
    // The parts are digits and fixed words, so a colon keeps them apart.
    return createHmac('sha256', this.key.reveal('issuer keyed hash')).update(parts.join(':')).digest();
  }
}
