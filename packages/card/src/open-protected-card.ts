import { DomainError, type Sensitive } from '@openswipe/kernel';
import { createDecipheriv, createSecretKey } from 'node:crypto';
import type { Key } from './aes-engine.js';
import { fromHex, toHex, type Bytes } from './bytes.js';
import { hostDeriveWorkingKey } from './dukpt/receiving-side.js';
import { hostDeriveTdesKey, type TdesKeyUsage } from './dukpt/tdes-receiving-side.js';
import { formatField55 } from './emv/field-55.js';
import { KeySerialNumber } from './key-serial-number.js';
import { nodeAes } from './node-aes.js';
import { TdesKeySerialNumber } from './tdes-key-serial-number.js';
import { decipherTdesCbc, TDES_BLOCK } from './tdes.js';
import { findTlv, parseTlv, type Tlv } from './tlv.js';
import { parseTrack2, type Track2 } from './track2.js';
import type { ProtectedCard, ProtectedForm } from './transaction-data.js';

/** What the host finds in a card that its reader encrypted. */
export interface OpenedCard {
  readonly track2: Track2;
  /** What the chip made for its issuer; exactly where the entry mode is not `magstripe`. */
  readonly field55?: Sensitive<string>;
  /** 8 bytes in hexadecimal, as the reader had it before it encrypted it. */
  readonly sessionId?: string;
}

/** Which initial key a reader used and how often: the same two numbers whatever the cipher. */
export interface ReaderKsn {
  /** 16 hexadecimal digits, lower case. */
  readonly initialKeyId: string;
  readonly counter: number;
}

/**
 * Which key of a TDES KSN enciphers, by form. MagneSafe V5: PIN variant unless its property 0x54 says otherwise (MagTek
 * D998200115, 9.18; example in 99875475, D). ID TECH: data key (Unitech MS246 manual, page 37, after ID TECH
 * 80000502-001; sample in camcima/dukpt-php). DynaFlex: type 80, the data key of both ways (MagTek D100005000, 4.4).
 */
export const TDES_USAGES: Readonly<Record<ProtectedForm, TdesKeyUsage>> = {
  'magtek-track2': 'pin',
  'idtech-track2': 'data',
  'magtek-arqc': 'data',
};
const TDES_KSN_DIGITS = 20;
const AES_BLOCK = 16;
const SESSION_ID = 8;

/** One text for all of it: what a wrong key makes, and what a changed ciphertext makes, must look alike. */
const unreadable = () =>
  new DomainError('CARD.READER_DATA_INVALID', 'What the reader encrypted cannot be read', { param: 'protectedTrack' });

/**
 * Which DUKPT made a reader's keys, and so which BDK opens its cards: the KSN says it by its length, 10 bytes or 12. ID
 * TECH enciphers by AES under a key of TDES DUKPT, 16 bytes as well (Unitech MS246 manual, page 37).
 */
export const dukptOf = ({ ksn }: ProtectedCard['protectedTrack']): 'tdes' | 'aes' =>
  ksn.length === TDES_KSN_DIGITS ? 'tdes' : 'aes';

/** Of 10 or 12 bytes. Throws `CARD.KSN_INVALID`. */
export const parseReaderKsn = (ksn: string): ReaderKsn =>
  ksn.length === TDES_KSN_DIGITS ? TdesKeySerialNumber.parse(ksn) : KeySerialNumber.parse(ksn);

/**
 * Opens suite `mt1` with the BDK of readers of its DUKPT. CBC has no tag: that the plaintext is a track, whole from
 * sentinel to sentinel, or whole TLV, is all that tells a true key from a wrong one. Throws `CARD.KSN_INVALID`,
 * `CARD.KEY_INVALID` and, whatever is wrong with the contents, `CARD.READER_DATA_INVALID`.
 */
export function openProtectedCard(bdk: Key, { entryMode, protectedTrack }: ProtectedCard): OpenedCard {
  const decipher = decipherOf(bdk, protectedTrack);
  const { form, ciphertext, sessionId } = protectedTrack;
  const clear = decipher(ciphertext);
  const card = form === 'magtek-arqc' ? chipMessage(clear) : { track2: trackOf(clear) };
  // A chip that is passed off as a stripe would need no cryptogram.
  if ('field55' in card !== (entryMode !== 'magstripe')) throw unreadable();
  return sessionId === undefined ? card : { ...card, sessionId: sessionIdOf(decipher(sessionId)) };
}

function decipherOf(bdk: Key, track: ProtectedCard['protectedTrack']): (ciphertext: string) => Bytes {
  const key =
    dukptOf(track) === 'tdes'
      ? hostDeriveTdesKey(bdk, TdesKeySerialNumber.parse(track.ksn), TDES_USAGES[track.form])
      : hostDeriveWorkingKey(nodeAes, bdk, KeySerialNumber.parse(track.ksn), 'data-encrypt', 'aes128');
  const [block, decipherCbc] = track.cipher === 'tdes' ? [TDES_BLOCK, decipherTdesCbc] : [AES_BLOCK, decipherAesCbc];
  return (ciphertext) => decipherCbc(key.reveal('open protected card'), wholeBlocks(ciphertext, block));
}

function wholeBlocks(ciphertext: string, block: number): Bytes {
  const blocks = Math.ceil(ciphertext.length / 2 / block);
  return fromHex(ciphertext, blocks * block, 'CARD.READER_DATA_INVALID', 'What the reader encrypted');
}

function decipherAesCbc(key: Bytes, blocks: Bytes): Bytes {
  const iv = new Uint8Array(AES_BLOCK);
  const cipher = createDecipheriv('aes-128-cbc', createSecretKey(key), iv).setAutoPadding(false);
  return new Uint8Array(cipher.update(blocks));
}

/** Both sentinels, then perhaps the LRC character (ID TECH), then zeros to the end of the block. */
function trackOf(clear: Bytes): Track2 {
  const [, track] = /^(;[^?]*\?)[0-?]?\0*$/.exec(new TextDecoder('latin1').decode(clear)) ?? [];
  if (track === undefined) throw unreadable();
  return readable(() => parseTrack2(track));
}

function sessionIdOf(clear: Bytes): string {
  if (clear.subarray(SESSION_ID).some((byte) => byte !== 0)) throw unreadable();
  return toHex(clear.slice(0, SESSION_ID));
}

/**
 * Container FC of a DynaFlex (MagTek D100005000, tables 20 and 317): the chip's own tags, or the stripe in DF42 or in
 * DFDF39 of container F4. Where 5A or 5F24 stand beside tag 57, they must agree.
 */
function chipMessage(clear: Bytes): { readonly track2: Track2; readonly field55?: Sensitive<string> } {
  const [container, ...others] = readable(() => parseTlv(clear));
  if (container?.tag !== 'fc' || others.length > 0) throw unreadable();
  const objects = container.children ?? [];
  const track2 = stripeOrEquivalent(objects);
  const valueOf = (tag: string) => findTlv(objects, tag)?.value;
  requireAgreement(track2, valueOf);
  return valueOf('9f26') === undefined ? { track2 } : { track2, field55: formatField55(valueOf) };
}

function stripeOrEquivalent(objects: readonly Tlv[]): Track2 {
  const equivalent = findTlv(objects, '57')?.value;
  // Nibbles: PAN, D, expiry, service code, discretionary data, F to a whole byte (EMV Book 3, Annex A).
  if (equivalent) return readable(() => parseTrack2(`;${toHex(equivalent).replace('d', '=').replace(/f$/, '')}?`));
  const stripe = findTlv(objects, 'df42')?.value ?? findTlv(objects, 'dfdf39')?.value;
  if (stripe === undefined) throw unreadable();
  return trackOf(stripe);
}

function requireAgreement({ pan, expiry }: Track2, valueOf: (tag: string) => Bytes | undefined): void {
  const [number, date] = [valueOf('5a'), valueOf('5f24')];
  const sameNumber = number === undefined || toHex(number).replace(/f+$/, '') === pan.reveal('compare with tag 5A');
  const sameDate = date === undefined || toHex(date).startsWith(expiry);
  if (!sameNumber || !sameDate) throw unreadable();
}

/** Parsers name what they miss; here that would tell a good guess of a key from a bad one. */
function readable<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof DomainError) throw unreadable();
    throw error;
  }
}
