import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import {
  OrdersService,
  RiskService,
  type BeginPaymentResult,
  type BeginPaymentsRequest,
  type Order,
  type Refusal,
  type ResolveAuthorizationRequest,
} from '@openswipe/contracts';

type Answer<T> = (error: null, answer: T) => void;

/** Orders and risk at the wire: what a test put in is what they answer. */
export class FakeNeighbours {
  readonly orders = new Map<string, Order>();
  readonly refusals = new Map<string, Refusal>();
  readonly beginCalls: BeginPaymentsRequest[] = [];
  readonly resolveCalls: ResolveAuthorizationRequest[] = [];
  readonly #server = new Server();

  async start(port: number): Promise<void> {
    this.#server.addService(OrdersService, {
      beginPayments: ({ request }: { request: BeginPaymentsRequest }, answer: Answer<object>) => {
        this.beginCalls.push(request);
        answer(null, { results: request.items.map(({ orderId }) => this.#begin(orderId)) });
      },
    } as unknown as UntypedServiceImplementation);
    this.#server.addService(RiskService, {
      resolveAuthorization: ({ request }: { request: ResolveAuthorizationRequest }, answer: Answer<object>) => {
        this.resolveCalls.push(request);
        answer(null, { resolved: request.giveUp });
      },
    } as unknown as UntypedServiceImplementation);
    await new Promise<void>((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #begin(orderId: string): BeginPaymentResult {
    const refusal = this.refusals.get(orderId);
    if (refusal) return { result: { $case: 'refusal', refusal } };
    const order = this.orders.get(orderId);
    if (order) return { result: { $case: 'order', order } };
    return { result: { $case: 'refusal', refusal: { code: 'ORDERS.NOT_FOUND', message: 'no such order' } } };
  }
}
