import type { AesEngine, TransactionData } from '@openswipe/card';
import type { KeyStore } from '@openswipe/card/host';
import { SensitiveCardData } from '@openswipe/contracts';
import { randomBytes } from 'node:crypto';
import { ZONE_CARD_DATA_KEY } from '../application/key-ids.js';
import type { CardInClear } from '../application/open-card.js';
import type { CardDataSealer } from '../application/ports.js';
import type { SealedCardData } from '../domain/card.js';

/**
 * AES-256-GCM under the zone key shared with risk; associated data = transaction id, so that sealed card data of one
 * transaction cannot be put into another. The PIN block goes through as it came: it is under a BDK not known here.
 */
export class ZoneCardDataSealer implements CardDataSealer {
  constructor(
    private readonly aes: AesEngine,
    private readonly keys: KeyStore,
  ) {}

  seal(
    transactionId: string,
    { track2, field55 }: CardInClear,
    { pinBlock, pinKsn, pinPad }: TransactionData['security'],
  ): SealedCardData {
    const pinPresent = pinBlock !== undefined && pinKsn !== undefined;
    const plaintext = SensitiveCardData.encode({
      pan: track2.pan.reveal('seal for risk'),
      track2: track2.raw.reveal('seal for risk').replace(/^;|\?$/g, ''),
      pinBlock: Buffer.from(pinPresent ? pinBlock : '', 'hex'),
      pinKsn: Buffer.from(pinPresent ? pinKsn : '', 'hex'),
      pinByReader: pinPad === 'reader',
      field55: Buffer.from(field55?.reveal('seal for risk') ?? '', 'hex'),
    }).finish();
    const key = this.keys.key(ZONE_CARD_DATA_KEY).reveal('seal for risk');
    const nonce = new Uint8Array(randomBytes(12));
    const associated = new TextEncoder().encode(transactionId);
    const keyId = this.keys.nameOf(ZONE_CARD_DATA_KEY);
    return { keyId, nonce, ...this.aes.seal(key, nonce, new Uint8Array(plaintext), associated) };
  }
}
