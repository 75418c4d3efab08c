import { Server, ServerCredentials, status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import {
  AccountsService,
  OrdersService,
  RiskService,
  type BeginPaymentResult,
  type BeginPaymentsRequest,
  type CheckReaderRequest,
  type Order,
  type Refusal,
  type ResolveAuthorizationRequest,
  type VerifyBiometricRequest,
} from '@openswipe/contracts';

type Answer<T> = (error: { code: status; details: string } | null, answer?: T) => void;

/** Orders, accounts and risk at the wire: what a test put in is what they answer. */
export class FakeNeighbours {
  readonly orders = new Map<string, Order>();
  readonly refusals = new Map<string, Refusal>();
  readonly beginCalls: BeginPaymentsRequest[] = [];
  readonly resolveCalls: ResolveAuthorizationRequest[] = [];
  /** Reason codes by initial key id; a reader that is not here may be used. */
  readonly readers = new Map<string, string>();
  readonly readerCalls: CheckReaderRequest[] = [];
  /** Reason codes by assertion; one that is not here is wrong. */
  readonly assertions = new Map<string, string>();
  readonly biometricCalls: VerifyBiometricRequest[] = [];
  /** So many calls of accounts have no answer. */
  accountsOutages = 0;
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
    this.#server.addService(AccountsService, {
      checkReader: ({ request }: { request: CheckReaderRequest }, answer: Answer<object>) => {
        this.readerCalls.push(request);
        this.#fromAccounts(answer, this.readers.get(request.initialKeyId) ?? '');
      },
      verifyBiometric: ({ request }: { request: VerifyBiometricRequest }, answer: Answer<object>) => {
        this.biometricCalls.push(request);
        this.#fromAccounts(answer, this.assertions.get(request.assertionJson) ?? 'ACCOUNTS.BIOMETRIC_WRONG');
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

  #fromAccounts(answer: Answer<object>, reasonCode: string): void {
    if (this.accountsOutages === 0) return answer(null, { reasonCode });
    this.accountsOutages -= 1;
    answer({ code: status.UNAVAILABLE, details: 'gone' });
  }

  #begin(orderId: string): BeginPaymentResult {
    const refusal = this.refusals.get(orderId);
    if (refusal) return { result: { $case: 'refusal', refusal } };
    const order = this.orders.get(orderId);
    if (order) return { result: { $case: 'order', order } };
    return { result: { $case: 'refusal', refusal: { code: 'ORDERS.NOT_FOUND', message: 'no such order' } } };
  }
}
