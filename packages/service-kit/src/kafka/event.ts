import type { Topic } from '@openswipe/contracts';
import { newId } from '@openswipe/kernel';
import type { Headers, OutgoingRecord } from './kafka.js';

export interface EventContext {
  /** The whole journey: the order id, or the account's. */
  readonly correlationId: string;
  /** Event id of the message that led to this one, or the id of the request. */
  readonly causationId: string;
  readonly occurredAt: Date;
  /** Give the same id to the same fact when it is made again, else a new one is drawn. */
  readonly eventId?: string;
}

/** Encodes a fact for its topic, keyed by the order id (facts of accounts: by the account's). */
export function toRecord<T>(topic: Topic<T>, key: string, message: T, context: EventContext): OutgoingRecord {
  const headers: Headers = {
    'event-id': context.eventId ?? newId('event'),
    'event-type': topic.name,
    'correlation-id': context.correlationId,
    'causation-id': context.causationId,
    'occurred-at': context.occurredAt.toISOString(),
    producer: topic.producer,
  };
  return { topic: topic.name, key, value: Buffer.from(topic.codec.encode(message).finish()), headers };
}
