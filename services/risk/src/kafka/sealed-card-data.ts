import { parseTrack2, toHex, type AesEngine, type Bytes } from '@openswipe/card';
import { parseCvmResults, parseField55, type CvmResults } from '@openswipe/card/emv';
import { keyNameOf, type KeyStore } from '@openswipe/card/host';
import { EntryMode, SensitiveCardData, type TransactionVerified } from '@openswipe/contracts';
import { DomainError, Sensitive } from '@openswipe/kernel';
import type { ChipData, EnteredPin, PresentedCard } from '../domain/presented-card.js';
import { cardDataInvalid } from '../domain/risk-errors.js';

export const ZONE_KEY = 'zone-card-data';

/**
 * Opens what `transactions` sealed for this transaction alone (AES-256-GCM, AAD = transaction id), under the zone key
 * of the version that it names. Throws `CARD.ENVELOPE_FORGED` (changed, another key or another transaction),
 * `CARD.KEY_UNKNOWN` (a version that is not here), `RISK.CARD_DATA_INVALID`.
 */
export function openCardData(aes: AesEngine, keys: KeyStore, verified: TransactionVerified): PresentedCard {
  const { sealedCardData: sealed, transactionId } = verified;
  if (sealed?.keyId.split(':')[0] !== ZONE_KEY) throw cardDataInvalid('it is not sealed under a zone key');
  const opened = aes.open(
    keys.key(keyNameOf(sealed.keyId)).reveal('open card data'),
    bytes(sealed.nonce),
    bytes(sealed.ciphertext),
    bytes(sealed.tag),
    new Uint8Array(new TextEncoder().encode(transactionId)),
  );
  try {
    return toPresentedCard(SensitiveCardData.decode(opened), verified);
  } catch (error) {
    // Whatever the decoder says might quote what it read.
    throw error instanceof DomainError ? error : cardDataInvalid('it is not a SensitiveCardData');
  } finally {
    opened.fill(0);
  }
}

function toPresentedCard(data: SensitiveCardData, verified: TransactionVerified): PresentedCard {
  const { pan, expiry, serviceCode } = parseTrack2(data.track2);
  if (pan.reveal('compare with the track') !== data.pan) throw cardDataInvalid('PAN and track 2 differ');
  const readFrom = CHIP_MODES.has(verified.card?.entryMode ?? EntryMode.ENTRY_MODE_UNSPECIFIED) ? 'chip' : 'stripe';
  const hasChipData = data.field55.length > 0;
  if (hasChipData && readFrom === 'stripe') throw cardDataInvalid('chip data of a stripe');
  return {
    pan,
    expiry,
    serviceCode,
    readFrom,
    ...(hasChipData ? { chip: toChipData(toHex(bytes(data.field55))) } : {}),
    ...(data.pinBlock.length > 0 ? { pin: toEnteredPin(data) } : {}),
    biometricVerified: verified.biometricVerified,
    signaturePresent: verified.signaturePresent,
  };
}

const toEnteredPin = ({ pinBlock, pinKsn, pinByReader }: SensitiveCardData): EnteredPin => ({
  block: bytes(pinBlock),
  ksn: toHex(bytes(pinKsn)),
  enteredOn: pinByReader ? 'reader' : 'page',
});

const CHIP_MODES = new Set([EntryMode.ENTRY_MODE_CONTACT, EntryMode.ENTRY_MODE_CONTACTLESS]);
/** EMV Book 3, 6.5.5.4, table 14: the type of cryptogram in bits 8 and 7 of 9F27. */
const ANSWERS: Readonly<Record<number, ChipData['answer']>> = { 0x00: 'refusal', 0x80: 'request' };

/** `transactions` has parsed it before: what does not parse here is the record's fault, not the card's. */
function toChipData(field55: string): ChipData {
  try {
    const values = parseField55(field55);
    const [information, cvm] = [values.get('9f27'), values.get('9f34')];
    const answer = information?.length === 1 ? ANSWERS[(information[0] ?? 0) & 0xc0] : undefined;
    return {
      field55: new Sensitive(field55),
      answer: answer ?? 'other',
      ...(cvm ? { cvm: toCvmResults(cvm) } : {}),
    };
  } catch {
    throw cardDataInvalid('field 55 is malformed');
  }
}

/** A terminal may write anything there: results that cannot be read verify nobody. */
function toCvmResults(value: Bytes): CvmResults {
  return value.length === 3 ? parseCvmResults(value) : { method: 'unknown', result: 'failed' };
}

const bytes = (buffer: Buffer): Bytes => new Uint8Array(buffer);
