import { type Currency, exponentOf, parseCurrency } from './currency.js';
import { DomainError } from './domain-error.js';

/** Largest amount of one movement: int64 on the wire, with room to sum a million of them. */
const AMOUNT_MINOR_MAX = 9_000_000_000_000n;

/** An amount in minor units of one currency. Never a float; two currencies never mix. */
export class Money {
  private constructor(
    readonly amountMinor: bigint,
    readonly currency: Currency,
  ) {}

  /** Throws `KERNEL.AMOUNT_INVALID` outside 0 … 9·10¹² minor units, `KERNEL.CURRENCY_UNKNOWN`. */
  static of(amountMinor: bigint, currency: string): Money {
    if (amountMinor < 0n || amountMinor > AMOUNT_MINOR_MAX) {
      throw new DomainError('KERNEL.AMOUNT_INVALID', 'The amount is negative or too large', { param: 'amountMinor' });
    }
    return new Money(amountMinor, parseCurrency(currency));
  }

  plus(other: Money): Money {
    return Money.of(this.amountMinor + this.sameCurrency(other).amountMinor, this.currency);
  }

  minus(other: Money): Money {
    return Money.of(this.amountMinor - this.sameCurrency(other).amountMinor, this.currency);
  }

  equals(other: Money): boolean {
    return this.currency === other.currency && this.amountMinor === other.amountMinor;
  }

  /** Decimal text without grouping, e.g. `12.50`; for people use Intl with `toDecimal()` as its input. */
  toDecimal(): string {
    const exponent = exponentOf(this.currency);
    const digits = this.amountMinor.toString().padStart(exponent + 1, '0');
    return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
  }

  toString(): string {
    return `${this.currency} ${this.toDecimal()}`;
  }

  private sameCurrency(other: Money): Money {
    if (other.currency === this.currency) return other;
    throw new DomainError('KERNEL.CURRENCY_MISMATCH', `Cannot combine ${this.currency} with ${other.currency}`);
  }
}
