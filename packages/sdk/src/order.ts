/** An order as the API shows it. Amounts are decimal strings of minor units: no float ever holds money. */
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
  readonly merchantReference: string;
  readonly digest: string;
  readonly checkoutUrl?: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly version: number;
  readonly lastFailure?: {
    readonly transactionId: string;
    readonly reasonCode: string;
    readonly facts: Readonly<Record<string, string>>;
    readonly at: string;
  };
  readonly payment?: {
    readonly transactionId: string;
    readonly authorizationCode: string;
    readonly journalEntryId: string;
    readonly paidAt: string;
    readonly card: { readonly brand: string; readonly bin: string; readonly last4: string; readonly entryMode: string };
  };
  readonly history: readonly { readonly status: OrderStatus; readonly at: string }[];
}

export type OrderStatus =
  'created' | 'pending' | 'claimed' | 'paying' | 'paid' | 'canceled' | 'expired' | 'partially_refunded' | 'refunded';

export interface OrderLine {
  readonly name: string;
  readonly quantity: number;
  readonly unitAmountMinor: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface NewOrder {
  readonly amountMinor: string;
  readonly currency: string;
  readonly lines?: readonly OrderLine[];
  readonly terms?: string;
  readonly merchantReference?: string;
  readonly returnUrl: string;
  readonly cancelUrl?: string;
  /** E-mail of the target account, when the shop knows it already. */
  readonly account?: string;
  readonly kind?: 'pay' | 'collect';
  readonly expiresInSeconds?: number;
}

export interface OrderPage {
  readonly orders: readonly Order[];
  readonly hasMore: boolean;
}
