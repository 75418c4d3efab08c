import type { OrderLine, OrderTerms } from '@openswipe/kernel';

export type OrderStatus =
  'created' | 'pending' | 'claimed' | 'paying' | 'paid' | 'canceled' | 'expired' | 'partially_refunded' | 'refunded';

export interface CardSummary {
  readonly brand: string;
  readonly bin: string;
  readonly last4: string;
  readonly entryMode: string;
}

/** A business order as the gateway shows it. Amounts are decimal strings of minor units, times ISO 8601. */
export interface Order {
  readonly id: string;
  readonly kind: 'pay' | 'collect';
  readonly status: OrderStatus;
  readonly payeeId: string;
  readonly payeeName: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
  readonly terms: string;
  readonly merchantReference?: string;
  readonly digest: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly version: number;
  readonly claim?: { readonly terminalId: string; readonly expiresAt: string };
  readonly transactionId?: string;
  readonly lastFailure?: {
    readonly transactionId: string;
    readonly reasonCode: string;
    readonly facts: Readonly<Record<string, string>>;
    readonly at: string;
  };
  readonly payment?: {
    readonly transactionId: string;
    readonly card: CardSummary;
    readonly authorizationCode: string;
    readonly journalEntryId: string;
    readonly paidAt: string;
  };
}

/** What the order digest is made of. */
export const termsOf = (order: Order): OrderTerms => ({
  orderId: order.id,
  kind: order.kind,
  payeeId: order.payeeId,
  payeeName: order.payeeName,
  amountMinor: order.amountMinor,
  currency: order.currency,
  lines: order.lines,
  terms: order.terms,
  createdAt: order.createdAt,
});
