import type { Money, OrderLine as TermsLine } from '@openswipe/kernel';
import type { OrderStatus } from './order-status.js';

export type OrderKind = 'pay' | 'collect';

/** Product of the order [0026]. */
export interface OrderLine extends Omit<TermsLine, 'unitAmountMinor'> {
  readonly unitAmountMinor: bigint;
}

/** One terminal of the target account works on the order until `expiresAt`. */
export interface Claim {
  readonly terminalId: string;
  readonly expiresAt: Date;
}

/** How the latest transaction on the order ended without payment. */
export interface FailedAttempt {
  readonly transactionId: string;
  readonly reasonCode: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly at: Date;
}

export interface Card {
  readonly cardToken: string;
  readonly bin: string;
  readonly last4: string;
  readonly brand: string;
  readonly entryMode: 'magstripe' | 'contact' | 'contactless' | 'unspecified';
  readonly readerKind: string;
  readonly readerProtected: boolean;
}

export interface Payment {
  readonly transactionId: string;
  readonly card: Card | null;
  readonly authorizationCode: string;
  readonly journalEntryId: string;
  readonly paidAt: Date;
}

export interface StatusChange {
  readonly status: OrderStatus;
  readonly at: Date;
}

/**
 * A business order: fee information, product information and trade information [0026], and where it stands.
 * Immutable; the moves in `order-moves.ts` return the next version.
 */
export interface Order {
  readonly id: string;
  readonly kind: OrderKind;
  readonly status: OrderStatus;
  /** Empty for a collect order that an account made itself. */
  readonly merchantId: string;
  readonly payeeId: string;
  readonly payeeName: string;
  /** Empty until the account is named. */
  readonly targetAccountId: string;
  readonly total: Money;
  readonly lines: readonly OrderLine[];
  readonly terms: string;
  readonly merchantReference: string;
  readonly returnUrl: string;
  readonly cancelUrl: string;
  /** SHA-256 of the canonical order, 64 hex digits. */
  readonly digest: string;
  readonly claim: Claim | null;
  /** The transaction that holds the order, and stays with it once paid. */
  readonly transactionId: string | null;
  readonly lastFailure: FailedAttempt | null;
  readonly payment: Payment | null;
  readonly history: readonly StatusChange[];
  /** Grows by one with each change. */
  readonly version: bigint;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly expiresAt: Date;
}

/** Who asks for an order; `checkout` holds the secret order id itself. */
export type Asker =
  | { readonly kind: 'merchant'; readonly id: string }
  | { readonly kind: 'account'; readonly id: string }
  | { readonly kind: 'checkout' };

export function mayAsk(order: Order, asker: Asker): boolean {
  if (asker.kind === 'checkout') return true;
  return asker.id !== '' && asker.id === (asker.kind === 'merchant' ? order.merchantId : order.targetAccountId);
}
