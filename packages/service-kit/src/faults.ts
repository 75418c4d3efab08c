import { DomainError, TransientFault } from '@openswipe/kernel';

const TRANSIENT_MONGO = /^Mongo(Network|ServerSelection|NotConnected|PoolCleared|Topology|Expired|oseServerSelection)/;
const TRANSIENT_KAFKA = /^KafkaJS(Connection|RequestTimeout|NumberOfRetries|Broker|LeaderNot|NotLeader|NonRetriable)/;
const TRANSIENT_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND']);

/** True where the same work may succeed later without any change to it: the world's fault, not the message's. */
export function isTransient(error: unknown): boolean {
  if (error instanceof TransientFault) return true;
  if (error instanceof DomainError || !(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code;
  return (
    TRANSIENT_MONGO.test(error.name) ||
    TRANSIENT_KAFKA.test(error.name) ||
    (typeof code === 'string' && TRANSIENT_CODES.has(code))
  );
}

/** A plain unique index refused the write. Never look at keyPattern: not every Mongo-wire store sends it. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof Error && (error as { code?: unknown }).code === 11000;

/** One line for logs and dead-letter headers: name, code and message, never a stack or a payload. */
export function describeError(error: unknown): string {
  if (error instanceof DomainError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Full jitter back-off: 0 … min(maxMs, baseMs · 2^attempt) milliseconds. */
export const backoffMs = (attempt: number, baseMs: number, maxMs: number, random: () => number = Math.random): number =>
  Math.floor(random() * Math.min(maxMs, baseMs * 2 ** attempt));
