import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { DomainError, Sensitive } from '@openswipe/kernel';
import { nobleAes, requireKey, type Key } from './aes-engine.js';
import { concat, fromHex, toHex, type Bytes } from './bytes.js';

/**
 * Header fields of a key block, ASC X9 TR-31:2018 (now ANSI X9.143) A.2, Table 4. All are bound to the key by the MAC.
 */
export interface KeyBlockAttributes {
  /** Two characters: B0 BDK, B1 initial key, D0 data encryption, K0 key encryption, P0 PIN encryption. */
  readonly usage: string;
  /** A = AES, T = TDES. */
  readonly algorithm: string;
  /** X = derive, B = both ways, E = encrypt, D = decrypt, N = no restriction. */
  readonly modeOfUse: string;
  /** Two characters; 00 = no version. */
  readonly keyVersion: string;
  /** E = under a trusted key, N = never, S = sensitive. */
  readonly exportability: string;
}

export interface UnwrappedKeyBlock {
  readonly attributes: KeyBlockAttributes;
  readonly key: Key;
}

const HEADER = /^D([0-9]{4})([0-9A-Z]{2})([0-9A-Z])([0-9A-Z])([0-9A-Za-z]{2})([0-9A-Z])([0-9]{2})00/;
const HEADER_LENGTH = 16;
const MAC_HEX = 32;

/**
 * Wraps a key in a TR-31 version D key block under an AES KBPK, without optional blocks. `padding` is random
 * by default and given only to reproduce a published block. Throws `CARD.KEY_BLOCK_INVALID`.
 */
export function wrapKeyBlock(kbpk: Key, attributes: KeyBlockAttributes, key: Key, padding?: Bytes): string {
  const clearKey = key.reveal('wrap in key block');
  const padLength = 16 - ((2 + clearKey.length) % 16);
  const pad = padding ?? new Uint8Array(randomBytes(padLength));
  if (pad.length !== padLength || clearKey.length === 0 || clearKey.length > 1024) throw invalid('Wrong key length');
  const clear = concat(new Uint8Array([clearKey.length >> 5, (clearKey.length << 3) & 0xff]), clearKey, pad);
  const length = String(HEADER_LENGTH + clear.length * 2 + MAC_HEX).padStart(4, '0');
  const { usage, algorithm, modeOfUse, keyVersion, exportability } = attributes;
  const header = `D${length}${usage}${algorithm}${modeOfUse}${keyVersion}${exportability}0000`;
  if (header.length !== HEADER_LENGTH || !HEADER.test(header)) throw invalid('Malformed header field');

  const keys = deriveBlockKeys(kbpk);
  const mac = nobleAes.cmac(keys.authentication, concat(ascii(header), clear));
  const cipher = createCipheriv(cbc(keys.encryption), createSecretKey(keys.encryption), mac).setAutoPadding(false);
  return `${header}${toHex(concat(new Uint8Array(cipher.update(clear)), mac)).toUpperCase()}`;
}

/**
 * Throws `CARD.KEY_BLOCK_INVALID` for another KBPK, a changed block or another version; the block is not in the
 * message.
 */
export function unwrapKeyBlock(kbpk: Key, block: string): UnwrappedKeyBlock {
  if (typeof block !== 'string' || block.length > 9999) throw invalid('Not a key block');
  const [, length, usage, algorithm, modeOfUse, keyVersion, exportability, count] = HEADER.exec(block) ?? [];
  if (Number(length) !== block.length) throw invalid('Not a version D key block of the length it says');
  const bodyAt = skipOptionalBlocks(block, Number(count));
  const bodyBytes = (block.length - bodyAt) / 2;
  if (bodyBytes < 32 || bodyBytes % 16 !== 0) throw invalid('Wrong length');
  const body = fromHex(block.slice(bodyAt), bodyBytes, 'CARD.KEY_BLOCK_INVALID', 'The body of a key block');
  const mac = body.slice(-16);

  const keys = deriveBlockKeys(kbpk);
  const cipher = createDecipheriv(cbc(keys.encryption), createSecretKey(keys.encryption), mac).setAutoPadding(false);
  const clear = new Uint8Array(cipher.update(body.subarray(0, -16)));
  const expected = nobleAes.cmac(keys.authentication, concat(ascii(block.slice(0, bodyAt)), clear));
  if (!timingSafeEqual(mac, expected)) throw invalid('It does not authenticate');
  const bits = new DataView(clear.buffer).getUint16(0);
  if (bits === 0 || bits % 8 !== 0 || 2 + bits / 8 > clear.length) throw invalid('Wrong key length');
  const attributes = { usage, algorithm, modeOfUse, keyVersion, exportability } as KeyBlockAttributes;
  return { attributes, key: new Sensitive(clear.slice(2, 2 + bits / 8)) };
}

/**
 * CMAC of a zero block, its first 5 bytes in upper-case hexadecimal (X9.24-1:2017 Annex A): names a key, reveals
 * nothing.
 */
export const keyCheckValue = (key: Key): string =>
  toHex(nobleAes.cmac(key.reveal('key check value'), new Uint8Array(16)).slice(0, 5)).toUpperCase();

/**
 * AES key derivation binding method: an encryption and an authentication key, each as long as the KBPK, which is the
 * key of a CMAC over block number ‖ usage (0 encrypt, 1 authenticate) ‖ 0 ‖ algorithm ‖ length in bits.
 */
function deriveBlockKeys(kbpk: Key): { encryption: Bytes; authentication: Bytes } {
  const from = requireKey(kbpk.reveal('derive key block keys'));
  const algorithm = from.length / 8; // 2, 3, 4 for AES-128, -192, -256
  const derive = (usage: number): Bytes => {
    const block = (n: number) =>
      nobleAes.cmac(
        from,
        new Uint8Array([n, 0, usage, 0, 0, algorithm, (from.length * 8) >> 8, (from.length * 8) & 0xff]),
      );
    return concat(block(1), block(2)).slice(0, from.length);
  };
  return { encryption: derive(0), authentication: derive(1) };
}

/**
 * Where the encrypted part begins. Optional blocks: id (2), length in hexadecimal (2, itself and id included), data.
 */
function skipOptionalBlocks(block: string, count: number): number {
  let at = HEADER_LENGTH;
  for (let i = 0; i < count; i++) {
    const head = /^[0-9A-Z]{2}([0-9A-F]{2})/.exec(block.slice(at, at + 4));
    const length = parseInt(head?.[1] ?? '', 16);
    // Length 00 would announce the extended form, for certificates; no symmetric key needs it.
    if (!(length >= 4)) throw invalid('Malformed optional block');
    at += length;
  }
  return at;
}

const cbc = (key: Bytes) => `aes-${key.length * 8}-cbc`;
const ascii = (text: string): Bytes => new TextEncoder().encode(text);
const invalid = (why: string): DomainError =>
  new DomainError('CARD.KEY_BLOCK_INVALID', `This key block cannot be used: ${why}`);
