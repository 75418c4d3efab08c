import {
  type BeginPaymentResult,
  type CreateOrderRequest,
  type GetOrderRequest,
  OrderKind,
} from '@openswipe/contracts';
import type { PaymentStarted } from '../application/begin-payments.js';
import type { CreateOrderCommand } from '../application/create-order.js';
import type { Asker } from '../domain/order.js';
import { refusals } from '../domain/orders-errors.js';
import { toMessage } from '../wire/order.mapper.js';

/** Throws `ORDERS.NOT_FOUND` where nobody asks: an order is shown to its owners alone. */
export function toAsker(asker: GetOrderRequest['asker']): Asker {
  switch (asker?.$case) {
    case 'merchantId':
      return { kind: 'merchant', id: asker.merchantId };
    case 'accountId':
      return { kind: 'account', id: asker.accountId };
    case 'checkout':
      if (asker.checkout) return { kind: 'checkout' };
  }
  throw refusals.notFound();
}

/** Throws `ORDERS.KIND_INVALID`. */
export function toCommand({ kind, total, ...request }: CreateOrderRequest): CreateOrderCommand {
  return {
    ...request,
    kind: toKind(kind),
    amountMinor: total?.amountMinor ?? 0n,
    currency: total?.currency ?? '',
    fingerprint: request.fingerprint.toLowerCase(),
  };
}

function toKind(kind: OrderKind): 'pay' | 'collect' {
  if (kind === OrderKind.ORDER_KIND_PAY) return 'pay';
  if (kind === OrderKind.ORDER_KIND_COLLECT) return 'collect';
  throw refusals.kindInvalid();
}

export const toResult = (started: PaymentStarted): BeginPaymentResult => ({
  result:
    'order' in started
      ? { $case: 'order', order: toMessage(started.order) }
      : { $case: 'refusal', refusal: { code: started.refusal.code, message: started.refusal.message } },
});
