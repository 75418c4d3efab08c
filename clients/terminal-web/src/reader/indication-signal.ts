import { DomainError, Money, type OrderTerms } from '@openswipe/kernel';

declare const made: unique symbol;

/**
 * The payment indication signal: made from the fee information and nothing else, so a reader can only be woken for an
 * order that was confirmed (CN102750632A [0028], [0030], claims 1, 4, 7). Only `indicationSignal` makes one.
 */
export interface IndicationSignal {
  /** SHA-256 of the canonical order, 64 lower-case hex digits. */
  readonly orderDigest: string;
  /** The digest's first 8 bytes in hex, for readers that bind a swipe to a session id (MagneSafe V5, command 0x0A). */
  readonly sessionId: string;
  readonly amountMinor: string;
  readonly currency: string;
  /** Amount without currency or grouping, e.g. `12.50`, for readers with a display. */
  readonly amount: string;
  readonly [made]: true;
}

/** Throws `READER.INDICATION_INVALID` for a digest that is none, and what `Money.of` throws for the amount. */
export function indicationSignal(
  orderDigest: string,
  fee: Pick<OrderTerms, 'amountMinor' | 'currency'>,
): IndicationSignal {
  if (!/^[0-9a-f]{64}$/.test(orderDigest)) {
    throw new DomainError('READER.INDICATION_INVALID', 'The order digest is not 32 bytes of lower-case hex', {
      param: 'orderDigest',
    });
  }
  if (!/^\d{1,15}$/.test(fee.amountMinor)) {
    throw new DomainError('READER.INDICATION_INVALID', 'The amount is not a decimal string of minor units', {
      param: 'amountMinor',
    });
  }
  const money = Money.of(BigInt(fee.amountMinor), fee.currency);
  return Object.freeze({
    orderDigest,
    sessionId: orderDigest.slice(0, 16),
    amountMinor: money.amountMinor.toString(),
    currency: money.currency,
    amount: money.toDecimal(),
  }) as IndicationSignal;
}
