import { TOPICS } from '@openswipe/contracts';
import { type OutboxEntry, toOutboxEntry, toRecord } from '@openswipe/service-kit';

/** The event that every gateway hears: the terminal's access tokens and streams are over. */
export function terminalRevoked(accountId: string, terminalId: string, at: Date): OutboxEntry {
  const context = {
    correlationId: accountId,
    causationId: terminalId,
    occurredAt: at,
    eventId: `${terminalId}:revoked`,
  };
  return toOutboxEntry(toRecord(TOPICS.terminalRevoked, accountId, { accountId, terminalId }, context), at);
}
