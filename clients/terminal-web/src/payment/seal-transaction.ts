import {
  encodePinBlockFormat4,
  nobleAes,
  parseTrack2,
  sealEnvelope,
  toHex,
  type AesEngine,
  type TransactionData,
} from '@openswipe/card';
import { DomainError, Sensitive } from '@openswipe/kernel';
import type { TransactionKeys } from '../account/terminal-keys.js';
import type { TransactionBody } from '../gateway/terminal-api.js';
import { isProtected, type PresentedCard } from '../reader/presented-card.js';
import type { ReaderPin } from '../reader/reader-pin.js';
import { cardInfo } from './card-info.js';
import type { PreparedPayment } from './prepare-payment.js';

/** What the person gave besides the card. */
export interface SecurityCheck {
  readonly pin?: Sensitive<string>;
  /** Instead of `pin`, where it was entered on the reader. */
  readonly readerPin?: ReaderPin;
  /** Of `signatureDigest`. */
  readonly signatureDigest?: string;
  /** Of `BiometricCheck`, made for the KSN of the data key that seals. */
  readonly biometricAssertion?: string;
}

export interface SealContext {
  readonly terminalId: string;
  readonly now: Date;
  readonly aes?: AesEngine;
}

/**
 * Card info + fee info + security info → transaction data, encrypted (CN102750632A [0034], claim 2). The PIN goes into
 * a block under the PIN key first, which the room that opens the envelope cannot derive.
 * Throws `CARD.PIN_INVALID`, `CARD.TRACK2_INVALID`, and `TERMINAL.PIN_IMPOSSIBLE` for a PIN of a card that its reader
 * encrypted: a PIN block needs the PAN.
 */
export function sealTransaction(
  keys: TransactionKeys,
  payment: PreparedPayment,
  card: PresentedCard,
  security: SecurityCheck,
  { terminalId, now, aes = nobleAes }: SealContext,
): TransactionBody {
  const { order, digest } = payment;
  const { pin, readerPin, signatureDigest, biometricAssertion } = security;
  const data: TransactionData = {
    card: cardInfo(card),
    fee: { orderId: order.id, orderDigest: digest, amountMinor: order.amountMinor, currency: order.currency },
    security: {
      ...(readerPin ? readerPinBlock(readerPin) : pin && pinBlock(aes, keys, pin, card)),
      ...(signatureDigest && { signature: { digest: signatureDigest } }),
      ...(biometricAssertion && { biometric: { assertion: biometricAssertion } }),
    },
    createdAt: now.toISOString(),
  };
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const { key, ksn } = keys.data;
  return { orderId: order.id, ...sealEnvelope(aes, key, ksn, terminalId, nonce, new Sensitive(data)) };
}

const readerPinBlock = ({ pinBlock, pinKsn }: ReaderPin) =>
  ({ pinBlock: pinBlock.reveal('seal'), pinKsn, pinPad: 'reader' }) as const;

function pinBlock(aes: AesEngine, keys: TransactionKeys, pin: Sensitive<string>, card: PresentedCard) {
  if (isProtected(card)) throw new DomainError('TERMINAL.PIN_IMPOSSIBLE', 'The PAN of this card is not known here');
  const track2 = card.track2.reveal('PIN block');
  const random = crypto.getRandomValues(new Uint8Array(8));
  const block = encodePinBlockFormat4(aes, keys.pin.key, pin, parseTrack2(track2).pan, random);
  return { pinBlock: toHex(block), pinKsn: keys.pin.ksn.hex };
}
