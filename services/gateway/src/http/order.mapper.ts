import { type CardSummary, EntryMode, type Order, OrderKind, OrderStatus } from '@openswipe/contracts';
import { type CardView, ENTRY_MODES, type MerchantOrderView, ORDER_STATUSES, type OrderView } from './order.view.js';

/** `ORDER_STATUS_PARTIALLY_REFUNDED` → `partially_refunded` and so on: the names differ by prefix and case only. */
const wordOf = (name: string | undefined, prefix: string): string => (name ?? '').slice(prefix.length).toLowerCase();

/** Throws where a peer sends what this version does not know: better a fault than a wrong word about money. */
function oneOf<T extends string>(words: readonly T[], word: string): T {
  const found = words.find((known) => known === word);
  if (found === undefined) throw new Error(`a peer sent "${word.slice(0, 40)}", which is none of ${words.join(', ')}`);
  return found;
}

export const statusOf = (status: OrderStatus): OrderView['status'] =>
  oneOf(ORDER_STATUSES, wordOf(OrderStatus[status], 'ORDER_STATUS_'));

/** Times on the wire are optional in proto3, but peers always set these. */
export const isoOf = (at: Date | undefined): string => (at ?? new Date(0)).toISOString();

export const toCardView = ({ brand, bin, last4, entryMode }: CardSummary): CardView => ({
  brand,
  bin,
  last4,
  entryMode: oneOf(ENTRY_MODES, wordOf(EntryMode[entryMode], 'ENTRY_MODE_')),
});

export function toOrderView(order: Order): OrderView {
  return {
    id: order.id,
    kind: order.kind === OrderKind.ORDER_KIND_COLLECT ? 'collect' : 'pay',
    status: statusOf(order.status),
    payeeId: order.payeeId,
    payeeName: order.payeeName,
    amountMinor: String(order.total?.amountMinor ?? 0n),
    currency: order.total?.currency ?? '',
    lines: order.lines.map(({ name, quantity, unitAmountMinor, attributes }) => ({
      name,
      quantity,
      unitAmountMinor: String(unitAmountMinor),
      attributes,
    })),
    terms: order.terms,
    merchantReference: order.merchantReference,
    digest: order.digest,
    createdAt: isoOf(order.createdAt),
    expiresAt: isoOf(order.expiresAt),
    version: Number(order.version),
    ...toProgressView(order),
    history: order.history.map(({ status, at }) => ({ status: statusOf(status), at: isoOf(at) })),
  };
}

function toProgressView(order: Order): Pick<OrderView, 'claim' | 'transactionId' | 'lastFailure' | 'payment'> {
  const { claim, transactionId, lastFailure, payment } = order;
  return {
    ...(claim && { claim: { terminalId: claim.terminalId, expiresAt: isoOf(claim.expiresAt) } }),
    ...(transactionId && { transactionId }),
    ...(lastFailure && { lastFailure: { ...lastFailure, at: isoOf(lastFailure.at) } }),
    ...(payment && {
      payment: {
        transactionId: payment.transactionId,
        ...(payment.card && { card: toCardView(payment.card) }),
        authorizationCode: payment.authorizationCode,
        journalEntryId: payment.journalEntryId,
        paidAt: isoOf(payment.paidAt),
      },
    }),
  };
}

/** A merchant alone gets the addresses to return to and the secret link to the checkout page. */
export const toMerchantOrderView = (order: Order, publicUrl: string): MerchantOrderView => ({
  ...toOrderView(order),
  ...(order.returnUrl && { returnUrl: order.returnUrl }),
  ...(order.cancelUrl && { cancelUrl: order.cancelUrl }),
  checkoutUrl: `${publicUrl}/checkout/${order.id}`,
});
