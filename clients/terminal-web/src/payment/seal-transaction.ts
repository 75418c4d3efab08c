import {
  encodePinBlockFormat4,
  nobleAes,
  parseTrack2,
  sealEnvelope,
  toHex,
  type AesEngine,
  type TransactionData,
} from '@openswipe/card';
import { Sensitive } from '@openswipe/kernel';
import type { TransactionKeys } from '../account/terminal-keys.js';
import type { TransactionBody } from '../gateway/terminal-api.js';
import type { CardRead } from '../reader/card-read.js';
import type { PreparedPayment } from './prepare-payment.js';

/** What the person gave besides the card. */
export interface SecurityCheck {
  readonly pin?: Sensitive<string>;
  /** Of `signatureDigest`. */
  readonly signatureDigest?: string;
}

export interface SealContext {
  readonly terminalId: string;
  readonly now: Date;
  readonly aes?: AesEngine;
}

/** Whether the card's issuer wants a PIN: third digit of the service code (ISO/IEC 7813). */
export const pinRequired = (card: Pick<CardRead, 'track2'>): boolean =>
  parseTrack2(card.track2.reveal('service code')).serviceCode.pinRequired;

/**
 * Card info + fee info + security info → transaction data, encrypted (CN102750632A [0034], claim 2). The PIN goes into
 * a block under the PIN key first, which the room that opens the envelope cannot derive.
 * Throws `CARD.PIN_INVALID`, `CARD.TRACK2_INVALID`.
 */
export function sealTransaction(
  keys: TransactionKeys,
  payment: PreparedPayment,
  card: Pick<CardRead, 'entryMode' | 'track2' | 'readerKind' | 'readerProtected'>,
  security: SecurityCheck,
  { terminalId, now, aes = nobleAes }: SealContext,
): TransactionBody {
  const { order, digest } = payment;
  const track2 = card.track2.reveal('seal transaction');
  const { entryMode, readerKind, readerProtected } = card;
  const data: TransactionData = {
    card: { entryMode, track2, readerKind, readerProtected },
    fee: { orderId: order.id, orderDigest: digest, amountMinor: order.amountMinor, currency: order.currency },
    security: {
      ...(security.pin ? pinBlock(aes, keys, security.pin, track2) : {}),
      ...(security.signatureDigest ? { signature: { digest: security.signatureDigest } } : {}),
    },
    createdAt: now.toISOString(),
  };
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const { key, ksn } = keys.data;
  return { orderId: order.id, ...sealEnvelope(aes, key, ksn, terminalId, nonce, new Sensitive(data)) };
}

function pinBlock(aes: AesEngine, keys: TransactionKeys, pin: Sensitive<string>, track2: string) {
  const random = crypto.getRandomValues(new Uint8Array(8));
  const block = encodePinBlockFormat4(aes, keys.pin.key, pin, parseTrack2(track2).pan, random);
  return { pinBlock: toHex(block), pinKsn: keys.pin.ksn.hex };
}
