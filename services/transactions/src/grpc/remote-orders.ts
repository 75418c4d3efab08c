import { type BeginPaymentResult as ResultMessage, OrdersClient } from '@openswipe/contracts';
import { Money, TransientFault } from '@openswipe/kernel';
import { RemoteService } from '@openswipe/service-kit';
import type { BeginPayment, BeginPaymentResult, Orders } from '../application/ports.js';

export class RemoteOrders implements Orders {
  readonly #remote: RemoteService<OrdersClient>;

  constructor(address: string) {
    this.#remote = new RemoteService(OrdersClient, address);
  }

  async beginPayments(items: readonly BeginPayment[]): Promise<readonly BeginPaymentResult[]> {
    const { results } = await this.#remote.call.beginPayments({
      items: items.map(({ transactionId, orderId, accountId, terminalId }) => ({
        transactionId,
        orderId,
        accountId,
        terminalId,
      })),
    });
    if (results.length !== items.length) throw new TransientFault('orders gave another number of results than asked');
    return results.map(toResult);
  }

  onModuleDestroy(): void {
    this.#remote.close();
  }
}

function toResult({ result }: ResultMessage): BeginPaymentResult {
  if (result?.$case === 'refusal') return { refusal: { code: result.refusal.code, facts: {} } };
  const order = result?.order;
  if (!order?.total) throw new TransientFault('orders gave a result without an order');
  const { id, payeeId, total, digest } = order;
  return { order: { id, payeeId, amount: Money.of(total.amountMinor, total.currency), digest } };
}
