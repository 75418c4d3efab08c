import {
  type ChannelCredentials,
  type Client,
  type ClientOptions,
  Metadata,
  type ServiceError,
  credentials,
} from '@grpc/grpc-js';
import { fromGrpcError } from './status.js';

const DEADLINE_MS = 5_000;

type ClientConstructor<C> = new (address: string, channel: ChannelCredentials, options?: Partial<ClientOptions>) => C;

type UnaryNames<C> = {
  [K in keyof C]: C[K] extends (request: never, callback: never) => unknown ? K : never;
}[keyof C];

/** The promise form of a generated client: `remote.call.claimOrder(request)`. */
export type Calls<C> = {
  readonly [K in Exclude<UnaryNames<C>, keyof Client>]: C[K] extends (
    request: infer Request,
    // TypeScript infers from the last overload: the one with metadata and options.
    metadata: never,
    options: never,
    callback: (error: ServiceError | null, response: infer Response) => void,
  ) => unknown
    ? (request: Request, options?: { readonly deadlineMs?: number }) => Promise<Response>
    : never;
};

type Callback = (error: unknown, answer: unknown) => void;
type Unary = (request: unknown, metadata: object, options: object, callback: Callback) => void;

/**
 * A generated gRPC client with a deadline on every call (default 5 s) and typed errors: `DomainError` for a refusal,
 * `TransientFault` for no answer. Keepalive and wait-for-ready: a restarted peer is found again (grpc/grpc-node#2785).
 * Calls go in turn to every replica that the name stands for.
 */
export class RemoteService<C extends Client> {
  readonly call: Calls<C>;
  readonly #client: C;

  constructor(Constructor: ClientConstructor<C>, address: string) {
    this.#client = new Constructor(address, credentials.createInsecure(), {
      'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
      // By default it would not ask for addresses again within 30 s, however many replicas have come and gone.
      'grpc.dns_min_time_between_resolutions_ms': 1_000,
      'grpc.keepalive_time_ms': 10_000,
      'grpc.keepalive_timeout_ms': 3_000,
      'grpc.initial_reconnect_backoff_ms': 200,
      'grpc.max_reconnect_backoff_ms': 2_000,
    });
    this.call = new Proxy({} as Calls<C>, {
      get: (_, name) => (request: unknown, options?: { deadlineMs?: number }) =>
        this.#unary(String(name), request, options?.deadlineMs),
    });
  }

  close(): void {
    this.#client.close();
  }

  #unary(name: string, request: unknown, deadlineMs = DEADLINE_MS): Promise<unknown> {
    const method = this.#client[name as keyof C] as unknown as Unary;
    const deadline = new Date(Date.now() + deadlineMs);
    const metadata = new Metadata({ waitForReady: true });
    return new Promise((resolve, reject) => {
      method.call(this.#client, request, metadata, { deadline }, (error, answer) => {
        if (error) reject(fromGrpcError(error, name));
        else resolve(answer);
      });
    });
  }
}
