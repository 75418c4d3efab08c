import { CHANNELS, DELIVERY_STATUSES, type Delivery } from '../domain/delivery.js';
import { anyText, optionalTime, strictSchema, text, time } from './schema.js';

export interface DeliveryDocument extends Omit<Delivery, 'id'> {
  readonly _id: string;
  /** Until then one worker holds it; in the past when nobody does. */
  readonly leasedUntil: Date;
}

export const deliverySchema = strictSchema<DeliveryDocument>('deliveries', {
  _id: text,
  channel: { type: String, enum: CHANNELS, required: true },
  eventType: text,
  orderId: anyText,
  recipientId: text,
  body: text,
  status: { type: String, enum: DELIVERY_STATUSES, required: true },
  attemptCount: { type: Number, required: true },
  lastError: anyText,
  nextAttemptAt: time,
  leasedUntil: time,
  createdAt: time,
  giveUpAt: optionalTime,
});
