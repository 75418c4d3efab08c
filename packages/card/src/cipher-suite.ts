import { DomainError, Sensitive } from '@openswipe/kernel';
import type { AesEngine, Key } from './aes-engine.js';
import { concat, fromHex, toHex, type Bytes } from './bytes.js';
import type { KeySerialNumber } from './key-serial-number.js';
import { parseTransactionData, type TransactionData } from './transaction-data.js';

/** Suite 1: AES-128-GCM under an AES DUKPT `data-encrypt` key, a fresh random nonce for every envelope. */
export const SUITE = 'os1';

/** Transaction data as it travels: encrypted, bound to the order, the KSN and the terminal. Bytes in hexadecimal. */
export interface Envelope {
  readonly suite: string;
  readonly ksn: string;
  readonly nonce: string;
  readonly ciphertext: string;
  readonly tag: string;
}

/** In bytes; a few kilobytes are usual. */
const MAX_CIPHERTEXT = 16 * 1024;

/**
 * Associated data: suite ‖ order digest ‖ KSN ‖ terminal id, each behind its length in two bytes, so that no two
 * different lists make the same bytes. The digest travels on neither side of the encryption in clear: both know it.
 */
export function aad(suite: string, orderDigest32: Bytes, ksn12: Bytes, terminalId: string): Bytes {
  const parts = [utf8(suite), orderDigest32, ksn12, utf8(terminalId)];
  return concat(...parts.flatMap((part) => [new Uint8Array([part.length >> 8, part.length & 0xff]), part]));
}

/** Originating side. `nonce` is 12 fresh random bytes. Throws `CARD.ENVELOPE_INVALID` for data of another shape. */
export function sealEnvelope(
  aes: AesEngine,
  dataKey: Key,
  ksn: KeySerialNumber,
  terminalId: string,
  nonce: Bytes,
  data: Sensitive<TransactionData>,
): Envelope {
  const checked = parseTransactionData(data.reveal('seal envelope'));
  const bound = aad(SUITE, digestBytes(checked.fee.orderDigest), ksn.bytes, terminalId);
  const sealed = aes.seal(dataKey.reveal('seal envelope'), nonce, utf8(JSON.stringify(checked)), bound);
  return {
    suite: SUITE,
    ksn: ksn.hex,
    nonce: toHex(nonce),
    ciphertext: toHex(sealed.ciphertext),
    tag: toHex(sealed.tag),
  };
}

/**
 * Receiving side. `orderDigest` (hexadecimal) is the receiver's own, from the order it holds.
 * Throws `CARD.SUITE_UNKNOWN`, `CARD.ENVELOPE_INVALID` (shape), `CARD.ENVELOPE_FORGED` (anything changed since sealing,
 * or sealed for another order, KSN or terminal; one error, which does not say what).
 */
export function openEnvelope(
  aes: AesEngine,
  dataKey: Key,
  envelope: Envelope,
  orderDigest: string,
  terminalId: string,
): Sensitive<TransactionData> {
  const { suite, ksn, nonce, ciphertext, tag } = envelope ?? {};
  if (suite !== SUITE) throw new DomainError('CARD.SUITE_UNKNOWN', 'Only suite os1 is known here', { param: 'suite' });
  const size = typeof ciphertext === 'string' ? Math.min(ciphertext.length / 2, MAX_CIPHERTEXT) : 0;
  const sealed = bytesOf(ciphertext, size, 'The ciphertext');
  const bound = aad(suite, digestBytes(orderDigest), bytesOf(ksn, 12, 'The KSN'), terminalId);
  const key = dataKey.reveal('open envelope');
  const opened = aes.open(key, bytesOf(nonce, 12, 'The nonce'), sealed, bytesOf(tag, 16, 'The tag'), bound);
  const data = parseTransactionData(fromJson(opened));
  if (data.fee.orderDigest !== orderDigest.toLowerCase()) throw envelopeInvalid('The order digests differ');
  return new Sensitive(data);
}

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

const bytesOf = (hex: unknown, length: number, what: string): Bytes =>
  fromHex(hex, length, 'CARD.ENVELOPE_INVALID', what);

const digestBytes = (orderDigest: unknown): Bytes => bytesOf(orderDigest, 32, 'The order digest');

const envelopeInvalid = (message: string): DomainError => new DomainError('CARD.ENVELOPE_INVALID', message);

function fromJson(bytes: Bytes): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message quotes what it read.
    throw envelopeInvalid('The transaction data is not JSON');
  }
}
