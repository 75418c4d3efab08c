import { parseTrack2, toHex, type AesEngine, type Bytes } from '@openswipe/card';
import type { KeyStore } from '@openswipe/card/host';
import { SensitiveCardData, type SealedCardData } from '@openswipe/contracts';
import { DomainError } from '@openswipe/kernel';
import type { PresentedCard } from '../domain/presented-card.js';
import { cardDataInvalid } from '../domain/risk-errors.js';

export const ZONE_KEY = 'zone-card-data';

/**
 * Opens what `transactions` sealed for this transaction alone (AES-256-GCM, AAD = transaction id).
 * Throws `CARD.ENVELOPE_FORGED` (changed, another key or another transaction), `RISK.CARD_DATA_INVALID`.
 */
export function openCardData(
  aes: AesEngine,
  keys: KeyStore,
  transactionId: string,
  sealed: SealedCardData | undefined,
): PresentedCard {
  if (sealed?.keyId !== ZONE_KEY) throw cardDataInvalid('it is not sealed under the zone key');
  const opened = aes.open(
    keys.key(ZONE_KEY).reveal('open card data'),
    bytes(sealed.nonce),
    bytes(sealed.ciphertext),
    bytes(sealed.tag),
    new Uint8Array(new TextEncoder().encode(transactionId)),
  );
  try {
    return toPresentedCard(SensitiveCardData.decode(opened));
  } catch (error) {
    // Whatever the decoder says might quote what it read.
    throw error instanceof DomainError ? error : cardDataInvalid('it is not a SensitiveCardData');
  } finally {
    opened.fill(0);
  }
}

function toPresentedCard(data: SensitiveCardData): PresentedCard {
  const { pan, expiry, serviceCode } = parseTrack2(data.track2);
  if (pan.reveal('compare with the track') !== data.pan) throw cardDataInvalid('PAN and track 2 differ');
  if (data.pinBlock.length === 0) return { pan, expiry, serviceCode };
  return { pan, expiry, serviceCode, pin: { block: bytes(data.pinBlock), ksn: toHex(bytes(data.pinKsn)) } };
}

const bytes = (buffer: Buffer): Bytes => new Uint8Array(buffer);
