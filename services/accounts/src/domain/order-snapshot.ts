/**
 * An order as merchants see it: the JSON of the HTTP API. Amounts are decimal strings of minor units, times ISO 8601.
 * An absent field is left out.
 */
export interface OrderSnapshot {
  readonly id: string;
  readonly kind: 'pay' | 'collect';
  readonly status: OrderStatus;
  readonly payeeId: string;
  readonly payeeName: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly lines: readonly OrderSnapshotLine[];
  readonly terms: string;
  readonly merchantReference: string;
  readonly digest: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly version: number;
  readonly claim?: { readonly terminalId: string; readonly expiresAt: string };
  readonly transactionId?: string;
  readonly lastFailure?: FailedAttempt;
  readonly payment?: SnapshotPayment;
  readonly history: readonly { readonly status: OrderStatus; readonly at: string }[];
  readonly returnUrl?: string;
  readonly cancelUrl?: string;
  readonly checkoutUrl?: string;
}

export const ORDER_STATUSES = [
  'created',
  'pending',
  'claimed',
  'paying',
  'paid',
  'canceled',
  'expired',
  'partially_refunded',
  'refunded',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export interface OrderSnapshotLine {
  readonly name: string;
  readonly quantity: number;
  readonly unitAmountMinor: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface FailedAttempt {
  readonly transactionId: string;
  readonly reasonCode: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly at: string;
}

export interface SnapshotPayment {
  readonly transactionId: string;
  readonly card: {
    readonly brand: string;
    readonly bin: string;
    readonly last4: string;
    readonly entryMode: string;
  };
  readonly authorizationCode: string;
  readonly journalEntryId: string;
  readonly paidAt: string;
}

/** One change of an order, with the parties that may have to hear of it. */
export interface OrderChange {
  readonly order: OrderSnapshot;
  /** Empty for a collect order that an account made itself. */
  readonly merchantId: string;
  /** Empty until the account is named. */
  readonly targetAccountId: string;
}
