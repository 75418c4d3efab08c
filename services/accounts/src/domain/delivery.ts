/** Attempts end this long after the event. */
export const GIVE_UP_AFTER_MS = 3 * 24 * 3_600_000;
const FIRST_DELAY_MS = 2_000;
const DELAY_MAX_MS = 6 * 3_600_000;
const ERROR_LENGTH_MAX = 200;

export const CHANNELS = ['webhook', 'email', 'sms'] as const;
export type Channel = (typeof CHANNELS)[number];
export const DELIVERY_STATUSES = ['queued', 'delivered', 'failed'] as const;

/** One webhook, e-mail or text message on its way. */
export interface Delivery {
  /** Derived from what it tells of, so the same fact is queued once. It is also the `webhook-id`. */
  readonly id: string;
  readonly channel: Channel;
  /** e.g. `order.paid` */
  readonly eventType: string;
  /** Empty where it tells of no order. */
  readonly orderId: string;
  /** mer_… for a webhook, acc_… otherwise. */
  readonly recipientId: string;
  /** JSON of the event, exactly as it is sent and signed; of a text message sealed. */
  readonly body: string;
  readonly status: (typeof DELIVERY_STATUSES)[number];
  readonly attemptCount: number;
  readonly lastError: string;
  readonly nextAttemptAt: Date;
  readonly createdAt: Date;
  /** Attempts end then; absent: at the end of the third day. */
  readonly giveUpAt?: Date | undefined;
}

/** What came of one attempt. `final`: no later attempt can do better (the recipient is gone). */
export type AttemptOutcome =
  { readonly delivered: true } | { readonly delivered: false; readonly error: string; readonly final?: boolean };

/**
 * The delivery after an attempt that has already been counted. Delays double from 2 seconds to 6 hours, the upper half
 * of each at random; the last attempt is at the end of the third day, or when the delivery says.
 * @param chance 0 … 1
 */
export function afterAttempt(delivery: Delivery, outcome: AttemptOutcome, now: Date, chance: number): Delivery {
  if (outcome.delivered) return { ...delivery, status: 'delivered', lastError: '' };
  const lastError = outcome.error.slice(0, ERROR_LENGTH_MAX);
  const giveUpAt = delivery.giveUpAt?.getTime() ?? delivery.createdAt.getTime() + GIVE_UP_AFTER_MS;
  if (outcome.final === true || now.getTime() >= giveUpAt) return { ...delivery, status: 'failed', lastError };
  const delayMs = Math.min(DELAY_MAX_MS, FIRST_DELAY_MS * 2 ** (delivery.attemptCount - 1)) * (0.5 + chance / 2);
  return { ...delivery, lastError, nextAttemptAt: new Date(Math.min(now.getTime() + delayMs, giveUpAt)) };
}

/** A delivery that has not been tried yet. */
export const aNewDelivery = (
  delivery: Pick<Delivery, 'id' | 'channel' | 'eventType' | 'orderId' | 'recipientId' | 'body' | 'giveUpAt'>,
  now: Date,
): Delivery => ({
  ...delivery,
  status: 'queued',
  attemptCount: 0,
  lastError: '',
  nextAttemptAt: now,
  createdAt: now,
});
