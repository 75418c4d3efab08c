import {
  type ChannelCredentials,
  type Client,
  type ClientOptions,
  Metadata,
  type ServiceError,
  connectivityState,
  credentials,
  status,
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

type Callback = (error: ServiceError | null, answer: unknown) => void;
type Unary = (request: unknown, metadata: object, options: object, callback: Callback) => void;

/**
 * A generated gRPC client with a deadline on every call (default 5 s) and typed errors: `DomainError` for a refusal,
 * `TransientFault` for no answer. Keepalive and wait-for-ready: a restarted peer is found again (grpc/grpc-node#2785).
 * A peer that died without a word is given up within 8 s, used or not. Calls go in turn to every replica that the name
 * stands for.
 */
export class RemoteService<C extends Client> {
  readonly call: Calls<C>;
  readonly #open: () => C;
  #client: C;

  constructor(Constructor: ClientConstructor<C>, address: string) {
    const options = {
      'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
      // By default it would not ask for addresses again within 30 s, however many replicas have come and gone.
      'grpc.dns_min_time_between_resolutions_ms': 1_000,
      'grpc.keepalive_time_ms': 5_000,
      'grpc.keepalive_timeout_ms': 3_000,
      'grpc.keepalive_permit_without_calls': 1,
      'grpc.initial_reconnect_backoff_ms': 200,
      'grpc.max_reconnect_backoff_ms': 2_000,
      // A new client must not get the old one's connections.
      'grpc.use_local_subchannel_pool': 1,
    };
    this.#open = () => new Constructor(address, credentials.createInsecure(), options);
    this.#client = this.#open();
    this.call = new Proxy({} as Calls<C>, {
      get: (_, name) => (request: unknown, options?: { deadlineMs?: number }) =>
        this.#unary(String(name), request, options?.deadlineMs),
    });
  }

  close(): void {
    this.#client.close();
  }

  #unary(name: string, request: unknown, deadlineMs = DEADLINE_MS): Promise<unknown> {
    const client = this.#client;
    const method = client[name as keyof C] as unknown as Unary;
    const deadline = new Date(Date.now() + deadlineMs);
    const metadata = new Metadata({ waitForReady: true });
    return new Promise((resolve, reject) => {
      method.call(client, request, metadata, { deadline }, (error, answer) => {
        if (!error) return resolve(answer);
        if (error.code === status.DEADLINE_EXCEEDED) this.#leaveSilentPeer(client);
        reject(fromGrpcError(error, name));
      });
    });
  }

  /** A peer that takes a connection and says nothing (frozen, deaf) would be waited for without end. */
  #leaveSilentPeer(client: C): void {
    const isSilent = client.getChannel().getConnectivityState(false) === connectivityState.CONNECTING;
    if (!isSilent || client !== this.#client) return;
    this.#client = this.#open();
    // Its other calls may still be answered within their time.
    setTimeout(() => client.close(), DEADLINE_MS).unref();
  }
}
