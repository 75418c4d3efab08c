import type { TransactionData } from '@openswipe/card';
import type { Money } from '@openswipe/kernel';
import { amountChanged, digestMismatch } from './transaction-errors.js';

/** What this room needs of an order that a transaction holds. */
export interface HeldOrder {
  readonly id: string;
  readonly payeeId: string;
  readonly amount: Money;
  /** SHA-256 of the canonical order, 64 hex digits. */
  readonly digest: string;
}

/**
 * The fee under the encryption must be the order's (CN102750632A [0034]): what the person saw is what is paid.
 * Throws `TRANSACTIONS.DIGEST_MISMATCH`, `TRANSACTIONS.AMOUNT_CHANGED`.
 */
export function requireAgreedFee(fee: TransactionData['fee'], order: HeldOrder): void {
  if (fee.orderId !== order.id || fee.orderDigest !== order.digest) throw digestMismatch();
  const { amountMinor, currency } = order.amount;
  if (BigInt(fee.amountMinor) !== amountMinor || fee.currency !== currency) throw amountChanged();
}
