import { describe, expect, it } from '@jest/globals';
import { type Delivery, GIVE_UP_AFTER_MS, afterAttempt } from './delivery.js';

const start = new Date('2026-03-01T08:00:00Z');
const waiting = (attemptCount: number): Delivery => ({
  id: 'dlv_1',
  channel: 'webhook',
  eventType: 'order.paid',
  orderId: 'ord_1',
  recipientId: 'mer_1',
  body: '{}',
  status: 'queued',
  attemptCount,
  lastError: '',
  nextAttemptAt: start,
  createdAt: start,
});
const refused = { delivered: false, error: 'the endpoint answered 500' } as const;
const delayMs = (attempt: number, chance: number): number =>
  afterAttempt(waiting(attempt), refused, start, chance).nextAttemptAt.getTime() - start.getTime();

describe('a delivery after an attempt', () => {
  it('is tried again within seconds at first, within hours later', () => {
    expect([delayMs(1, 0), delayMs(1, 1), delayMs(2, 1), delayMs(3, 1)]).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect([delayMs(40, 0), delayMs(40, 1)]).toEqual([3 * 3_600_000, 6 * 3_600_000]);
  });

  it('has its last attempt at the end of the third day and fails after it', () => {
    const late = new Date(start.getTime() + GIVE_UP_AFTER_MS - 60_000);
    const last = afterAttempt(waiting(30), refused, late, 1);
    expect(last).toMatchObject({ status: 'queued', nextAttemptAt: new Date(start.getTime() + GIVE_UP_AFTER_MS) });
    expect(afterAttempt(last, refused, last.nextAttemptAt, 1)).toMatchObject({
      status: 'failed',
      lastError: 'the endpoint answered 500',
    });
  });

  it('fails at once where no attempt can do better', () => {
    expect(afterAttempt(waiting(1), { ...refused, final: true }, start, 0).status).toBe('failed');
  });

  it('is delivered and forgets the errors before', () => {
    const done = afterAttempt({ ...waiting(3), lastError: 'x' }, { delivered: true }, start, 0);
    expect(done).toMatchObject({ status: 'delivered', lastError: '' });
  });
});
