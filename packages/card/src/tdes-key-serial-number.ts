import { DomainError } from '@openswipe/kernel';
import { fromHex, toHex } from './bytes.js';
import { oneBits } from './key-serial-number.js';

const COUNTER_BITS = 21;
const COUNTER_MASK = 2 ** COUNTER_BITS - 1;
/** A counter with more one bits is skipped (X9.24-1:2009, A.2): a million transactions, ten steps at most. */
const MAX_ONE_BITS = 10;

/**
 * KSN of TDES DUKPT, 10 bytes: 59 bits that name the initial key, 21 bits of counter (ANSI X9.24-1:2009, A.1). The
 * name is kept as the first 8 bytes with the counter's bits cleared, which is also what initial keys are derived from.
 */
export class TdesKeySerialNumber {
  private constructor(
    /** 16 hexadecimal digits, lower case; the last five bits are zero. */
    readonly initialKeyId: string,
    /** 1 to 1FF800 hexadecimal. */
    readonly counter: number,
  ) {}

  /** 20 hexadecimal digits. Throws `CARD.KSN_INVALID`, also for a counter that DUKPT skips and for zero. */
  static parse(hex: string): TdesKeySerialNumber {
    const bytes = fromHex(hex, 10, 'CARD.KSN_INVALID', 'A TDES KSN');
    const counter = new DataView(bytes.buffer).getUint32(6) & COUNTER_MASK;
    if (counter === 0 || oneBits(counter) > MAX_ONE_BITS) {
      throw new DomainError('CARD.KSN_INVALID', 'A TDES counter has 21 bits, 1 to 10 ones', { param: 'ksn' });
    }
    bytes[7] = (bytes[7] ?? 0) & 0xe0;
    return new TdesKeySerialNumber(toHex(bytes.slice(0, 8)), counter);
  }
}
