import type { Topic } from '@openswipe/contracts';
import { newId } from '@openswipe/kernel';
import type { Headers, OutgoingRecord } from './kafka.js';

export interface EventContext {
  /** The whole journey: the order id. */
  readonly correlationId: string;
  /** Event id of the message that led to this one, or the id of the request. */
  readonly causationId: string;
  readonly occurredAt: Date;
  /** Give the same id to the same fact when it is made again, else a new one is drawn. */
  readonly eventId?: string;
}

/** Encodes a fact for its topic, keyed by the order id. */
export function toRecord<T>(topic: Topic<T>, orderId: string, message: T, context: EventContext): OutgoingRecord {
  const headers: Headers = {
    'event-id': context.eventId ?? newId('event'),
    'event-type': topic.name,
    'correlation-id': context.correlationId,
    'causation-id': context.causationId,
    'occurred-at': context.occurredAt.toISOString(),
    producer: topic.producer,
  };
  return { topic: topic.name, key: orderId, value: Buffer.from(topic.codec.encode(message).finish()), headers };
}
