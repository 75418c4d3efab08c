import { DomainError } from '@openswipe/kernel';
import { fromHex, toHex, type Bytes } from './bytes.js';

/** A counter with more one bits is skipped, so the host never does more than 16 steps (X9.24-3:2017, 6.1). */
export const MAX_ONE_BITS = 16;
const MAX_COUNTER = 0xffffffff;

/**
 * KSN of AES DUKPT, 12 bytes: BDK id (4), derivation id (4), counter (4, big-endian) (X9.24-3:2017, 6.1). The first
 * two are the initial key id. Counter 0 names the freshly loaded device, every other one a transaction.
 */
export class KeySerialNumber {
  private constructor(
    /** 16 hexadecimal digits, lower case. */
    readonly initialKeyId: string,
    readonly counter: number,
  ) {}

  /** 24 hexadecimal digits. Throws `CARD.KSN_INVALID`, also for a counter that DUKPT skips. */
  static parse(hex: string): KeySerialNumber {
    const bytes = fromHex(hex, 12, 'CARD.KSN_INVALID', 'A KSN');
    return KeySerialNumber.of(toHex(bytes.slice(0, 8)), new DataView(bytes.buffer).getUint32(8));
  }

  /** Throws `CARD.KSN_INVALID`. */
  static of(initialKeyId: string, counter: number): KeySerialNumber {
    const id = toHex(fromHex(initialKeyId, 8, 'CARD.KSN_INVALID', 'An initial key id'));
    if (!Number.isInteger(counter) || counter < 0 || counter > MAX_COUNTER || oneBits(counter) > MAX_ONE_BITS) {
      throw new DomainError('CARD.KSN_INVALID', 'A counter has 32 bits, 16 ones at most', { param: 'ksn' });
    }
    return new KeySerialNumber(id, counter);
  }

  /** 24 hexadecimal digits, lower case: one spelling, so it may be compared and indexed as text. */
  get hex(): string {
    return `${this.initialKeyId}${this.counter.toString(16).padStart(8, '0')}`;
  }

  get bytes(): Bytes {
    return fromHex(this.hex, 12, 'CARD.KSN_INVALID', 'A KSN');
  }

  withCounter(counter: number): KeySerialNumber {
    return KeySerialNumber.of(this.initialKeyId, counter);
  }

  /** The following transaction's KSN. Throws `CARD.KEY_EXHAUSTED` after FFFF0000. */
  next(): KeySerialNumber {
    // With 16 ones, every counter up to the next carry has more: adding the lowest one skips them all at once.
    const step = oneBits(this.counter) < MAX_ONE_BITS ? 1 : 2 ** lowestOneBit(this.counter);
    if (this.counter + step <= MAX_COUNTER) return this.withCounter(this.counter + step);
    throw new DomainError('CARD.KEY_EXHAUSTED', 'This initial key has no keys left: load a new one');
  }
}

export function oneBits(counter: number): number {
  let ones = 0;
  for (let rest = counter >>> 0; rest !== 0; rest >>>= 1) ones += rest & 1;
  return ones;
}

/** Position of the lowest one bit, 0 to 31; the counter is not 0. */
export const lowestOneBit = (counter: number): number => 31 - Math.clz32(counter & -counter);
