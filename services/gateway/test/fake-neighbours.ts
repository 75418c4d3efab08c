import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { AccountsService, OrdersService, RiskService, TransactionsService } from '@openswipe/contracts';
import { toGrpcError } from '@openswipe/service-kit';

type Handler = (request: any) => unknown;

/** Orders, transactions, accounts and risk at the wire: a test says what a call answers, or throws. */
export class FakeNeighbours {
  readonly calls: { readonly name: string; readonly request: any }[] = [];
  readonly #handlers = new Map<string, Handler>();
  readonly #server = new Server();

  answer(name: string, handler: Handler): void {
    this.#handlers.set(name, handler);
  }

  callsOf(name: string): any[] {
    return this.calls.filter((call) => call.name === name).map(({ request }) => request);
  }

  /** @returns host:port */
  async start(): Promise<string> {
    for (const definition of [OrdersService, TransactionsService, AccountsService, RiskService]) {
      const methods = Object.keys(definition).map((name) => [name, this.#method(name)]);
      this.#server.addService(definition, Object.fromEntries(methods) as UntypedServiceImplementation);
    }
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return `127.0.0.1:${port}`;
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #method(name: string) {
    return ({ request }: { request: unknown }, answer: (error: object | null, response?: unknown) => void): void => {
      this.calls.push({ name, request });
      void Promise.resolve()
        .then(() => {
          const handler = this.#handlers.get(name);
          if (!handler) throw new Error(`nobody expected ${name}`);
          return handler(request);
        })
        .then(
          (response) => answer(null, response),
          (error: unknown) => answer(toGrpcError(error)),
        );
    };
  }
}
