/** What sort of "no" this is; the edges map it to a gRPC or HTTP status. */
export type RefusalKind =
  'invalid' | 'unauthenticated' | 'forbidden' | 'not-found' | 'conflict' | 'gone' | 'too-large' | 'rate-limited';

export interface DomainErrorDetails {
  /** Default: `invalid`. */
  readonly kind?: RefusalKind;
  /** The request field at fault, as the caller named it. */
  readonly param?: string;
  /** Facts a client may act on, e.g. `{ triesLeft: '2' }`. Never card data or a secret. */
  readonly facts?: Readonly<Record<string, string>>;
}

/**
 * A refusal: the caller's fault or a state that forbids the move. Never retried.
 * `code` is `<ROOM>.<SCREAMING_SNAKE>`, unique in the code base and stable: clients switch on it.
 * Message is for developers; it must not hold card data or secrets.
 */
export class DomainError extends Error {
  readonly isTransient = false;
  readonly kind: RefusalKind;
  readonly param: string | undefined;
  readonly facts: Readonly<Record<string, string>>;

  constructor(
    readonly code: string,
    message: string,
    details: DomainErrorDetails = {},
  ) {
    super(message);
    this.name = 'DomainError';
    this.kind = details.kind ?? 'invalid';
    this.param = details.param;
    this.facts = details.facts ?? {};
  }
}

/** A fault of the world (network, store, broker): the same call may succeed later. */
export class TransientFault extends Error {
  readonly isTransient = true;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TransientFault';
  }
}
