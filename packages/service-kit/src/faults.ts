import { DomainError, TransientFault } from '@openswipe/kernel';

const TRANSIENT_MONGO = /^Mongo(Network|ServerSelection|NotConnected|PoolCleared|Topology|Expired|oseServerSelection)/;
const TRANSIENT_KAFKA = /^KafkaJS(Connection|RequestTimeout|NumberOfRetries|Broker|LeaderNot|NotLeader|NonRetriable)/;
/**
 * What a replica set in trouble answers: the codes for which a write may be repeated by the MongoDB specification
 * 'Retryable Writes', and a write concern that was not met in time (64).
 */
const TRANSIENT_SERVER_CODES = new Set([6, 7, 64, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
const TRANSIENT_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND']);

/** True where the same work may succeed later without any change to it: the world's fault, not the message's. */
export function isTransient(error: unknown): boolean {
  if (error instanceof TransientFault) return true;
  if (error instanceof DomainError || !(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (
    TRANSIENT_MONGO.test(error.name) ||
    TRANSIENT_KAFKA.test(error.name) ||
    (typeof code === 'string' && TRANSIENT_CODES.has(code)) ||
    (typeof code === 'number' && error.name.startsWith('Mongo') && TRANSIENT_SERVER_CODES.has(code)) ||
    isUnansweredBulk(error)
  );
}

/**
 * The driver gives the failure of a bulk write another name whatever it was, a lost connection too, and keeps nothing
 * of it but the message. What the server itself has refused has a code or write errors.
 */
const isUnansweredBulk = (error: Error & { readonly code?: unknown; readonly writeErrors?: unknown }): boolean =>
  error.name === 'MongoBulkWriteError' && error.code === undefined && [error.writeErrors ?? []].flat().length === 0;

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
