import { Sensitive } from '@openswipe/kernel';
import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto';
import type { Key } from './aes-engine.js';
import { concat, toHex, xor, type Bytes } from './bytes.js';
import { hostDeriveWorkingKey } from './dukpt/receiving-side.js';
import { hostDeriveTdesKey } from './dukpt/tdes-receiving-side.js';
import { KeySerialNumber } from './key-serial-number.js';
import { nodeAes } from './node-aes.js';
import { TDES_USAGES } from './open-protected-card.js';
import type { Pan } from './pan.js';
import { encodePinBlockFormat0 } from './pin-block-format0.js';
import { encodePinBlockFormat4 } from './pin-block.js';
import { TdesKeySerialNumber } from './tdes-key-serial-number.js';
import { decipherTdesCbc, encipherTdes } from './tdes.js';
import { encodeTlv } from './tlv.js';
import type { EntryMode, ProtectedCard, ProtectedForm } from './transaction-data.js';

export interface TestReaderOptions {
  readonly form?: ProtectedForm;
  readonly cipher?: 'tdes' | 'aes';
  /** By default that of the cipher. */
  readonly dukpt?: 'tdes' | 'aes';
  /** 16 hexadecimal digits. */
  readonly initialKeyId?: string;
}

const ID = 'ffff9876543210e0';

function ksnOf(dukpt: 'tdes' | 'aes', initialKeyId: string, counter: number): string {
  if (dukpt === 'aes') return KeySerialNumber.of(initialKeyId, counter).hex;
  const [head, tail] = [initialKeyId.slice(0, 12), initialKeyId.slice(12)];
  return head + (parseInt(tail, 16) * 0x10000 + counter).toString(16).padStart(8, '0');
}

/**
 * An encrypting reader for tests: gives what a real one would give, but derives its keys from the BDK, as only a host
 * can; a real one has an initial key and forgets each key it used.
 */
export class TestReader {
  readonly form: ProtectedForm;
  readonly cipher: 'tdes' | 'aes';
  readonly dukpt: 'tdes' | 'aes';
  readonly initialKeyId: string;
  #counter = 0;

  constructor(
    private readonly bdk: Key,
    { form = 'magtek-track2', cipher = 'tdes', dukpt = cipher, initialKeyId = ID }: TestReaderOptions = {},
  ) {
    this.form = form;
    this.cipher = cipher;
    this.dukpt = dukpt;
    this.initialKeyId = initialKeyId;
  }

  /** `track2` with sentinels; `sessionId` 8 bytes in hexadecimal. `counter` goes back or ahead. */
  swipe(track2: string, { sessionId, counter }: { sessionId?: string; counter?: number } = {}): ProtectedCard {
    const track = new TextEncoder().encode(track2);
    const isTlv = this.form === 'magtek-arqc';
    return this.#read('magstripe', isTlv ? encodeTlv('fc', encodeTlv('df42', track)) : track, sessionId, counter);
  }

  /** Container FC around `objects`. */
  chip(objects: Bytes, entryMode: EntryMode = 'contact'): ProtectedCard {
    return this.#read(entryMode, encodeTlv('fc', objects));
  }

  /**
   * What it answers to "activate authenticated mode" (MagTek 99875475): KSN and two challenges, 26 bytes; and what it
   * makes of a reply: the session id, or nothing where the host does not know its key.
   */
  challenge(counter = this.#counter + 1): { answer: Bytes; sessionIdOf(reply: Bytes): string | undefined } {
    this.#counter = counter;
    const ksn = this.#ksn(counter);
    const key = hostDeriveTdesKey(this.bdk, TdesKeySerialNumber.parse(ksn), 'pin').reveal('test reader');
    const under = (variant: number) => xor(key, new Uint8Array(16).fill(variant));
    const secret = new Uint8Array(randomBytes(6));
    const clear = concat(secret, Uint8Array.of((counter >> 8) & 0xff, counter & 0xff), new Uint8Array(randomBytes(8)));
    const answer = concat(new Uint8Array(Buffer.from(ksn, 'hex')), encipherTdes(under(0xf0), clear));
    const sessionIdOf = (reply: Bytes): string | undefined => {
      const first = decipherTdesCbc(under(0x3c), reply.slice(0, 8));
      if (reply.length !== 16 || toHex(first.slice(0, 6)) !== toHex(secret)) return undefined;
      return toHex(decipherTdesCbc(under(0x3c), reply.slice(8)));
    };
    return { answer, sessionIdOf };
  }

  #read(entryMode: EntryMode, clear: Bytes, sessionId?: string, counter = this.#counter + 1): ProtectedCard {
    this.#counter = counter;
    const ksn = this.#ksn(counter);
    const session = sessionId === undefined ? {} : { sessionId: this.#encipher(ksn, Buffer.from(sessionId, 'hex')) };
    const { form, cipher } = this;
    const protectedTrack = { suite: 'mt1', form, cipher, ksn, ciphertext: this.#encipher(ksn, clear), ...session };
    return { entryMode, readerKind: 'magtek', readerProtected: true, protectedTrack } as ProtectedCard;
  }

  #ksn(counter: number): string {
    return ksnOf(this.dukpt, this.initialKeyId, counter);
  }

  #encipher(ksn: string, clear: Uint8Array): string {
    const isTdes = this.cipher === 'tdes';
    const key =
      this.dukpt === 'tdes'
        ? hostDeriveTdesKey(this.bdk, TdesKeySerialNumber.parse(ksn), TDES_USAGES[this.form])
        : hostDeriveWorkingKey(nodeAes, this.bdk, KeySerialNumber.parse(ksn), 'data-encrypt', 'aes128');
    const bytes = key.reveal('test reader');
    const block = isTdes ? 8 : 16;
    const padded = concat(new Uint8Array(clear), new Uint8Array(-clear.length & (block - 1)));
    const algorithm = isTdes ? 'des-ede3-cbc' : 'aes-128-cbc';
    const secret = createSecretKey(isTdes ? concat(bytes, bytes.slice(0, 8)) : bytes);
    const cipher = createCipheriv(algorithm, secret, new Uint8Array(block)).setAutoPadding(false);
    return toHex(new Uint8Array(cipher.update(padded)));
  }
}

/** A PIN pad in a reader, for tests; it derives its keys as `TestReader` does, from a BDK that is for PINs only. */
export class TestPinPad {
  #counter = 0;

  constructor(
    private readonly bdk: Key,
    readonly dukpt: 'tdes' | 'aes' = 'tdes',
    readonly initialKeyId = ID,
  ) {}

  /** Format 0 under TDES, format 4 under AES. `counter` goes back or ahead. */
  enter(pin: string, pan: Pan, counter = this.#counter + 1): { pinBlock: string; pinKsn: string; pinPad: 'reader' } {
    this.#counter = counter;
    const pinKsn = ksnOf(this.dukpt, this.initialKeyId, counter);
    const secret = new Sensitive(pin);
    const block =
      this.dukpt === 'tdes'
        ? encodePinBlockFormat0(hostDeriveTdesKey(this.bdk, TdesKeySerialNumber.parse(pinKsn), 'pin'), secret, pan)
        : encodePinBlockFormat4(nodeAes, this.#aesKey(pinKsn), secret, pan, new Uint8Array(randomBytes(8)));
    return { pinBlock: toHex(block), pinKsn, pinPad: 'reader' };
  }

  #aesKey(pinKsn: string): Key {
    return hostDeriveWorkingKey(nodeAes, this.bdk, KeySerialNumber.parse(pinKsn), 'pin-encryption', 'aes128');
  }
}
