import { Metadata, status } from '@grpc/grpc-js';
import { DomainError, TransientFault, type RefusalKind } from '@openswipe/kernel';

/** The one table between kinds of refusal and gRPC status codes. */
const STATUS_OF: Record<RefusalKind, status> = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  'not-found': status.NOT_FOUND,
  conflict: status.FAILED_PRECONDITION,
  gone: status.OUT_OF_RANGE,
  'too-large': status.RESOURCE_EXHAUSTED,
  'rate-limited': status.ABORTED,
};

const REFUSAL_KEY = 'openswipe-refusal-bin';

interface GrpcError {
  readonly code: status;
  readonly details: string;
  readonly message: string;
  readonly metadata?: Metadata;
}

/** A refusal travels whole in the metadata; a fault of ours shows nothing but that it happened. */
export function toGrpcError(error: unknown): GrpcError {
  if (error instanceof DomainError) {
    const { code, message, kind, param, facts } = error;
    const metadata = new Metadata();
    metadata.set(REFUSAL_KEY, Buffer.from(JSON.stringify({ code, message, kind, param, facts })));
    return { code: STATUS_OF[kind], details: code, message, metadata };
  }
  const code = error instanceof TransientFault ? status.UNAVAILABLE : status.INTERNAL;
  return { code, details: 'the service could not answer', message: 'the service could not answer' };
}

/** The caller's side: a refusal is a `DomainError` again, everything else a `TransientFault`. */
export function fromGrpcError(error: unknown, call: string): Error {
  const metadata = (error as { metadata?: Metadata }).metadata;
  const refusal = metadata?.get(REFUSAL_KEY)[0];
  if (refusal) {
    const { code, message, kind, param, facts } = JSON.parse(refusal.toString());
    return new DomainError(code, message, { kind, facts, ...(param === undefined ? {} : { param }) });
  }
  return new TransientFault(`${call} gave no answer`, { cause: error });
}
