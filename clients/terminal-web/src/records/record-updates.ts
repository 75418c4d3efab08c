import { effect } from '@preact/signals';
import type { Order } from '../gateway/order.js';
import { isTransient, Problem } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import type { Inbox } from '../orders/inbox.js';
import { exclusively } from '../store/exclusively.js';
import { completedBy, isComplete, refundOf, type PaymentRecord, type RecordStorage } from './payment-record.js';

/** So many of the newest records are asked after; refunds come soon after a payment, if they come. */
const ASKED_MAX = 20;

/**
 * Keeps the records of this terminal up to date: what was not known when one was made is fetched after each connect,
 * and a refund shows on the record it belongs to. Makes no record: a payment of another terminal stays there.
 */
export class RecordUpdates {
  #stop: () => void = () => undefined;

  constructor(
    private readonly api: Pick<TerminalApi, 'order' | 'transaction'>,
    private readonly records: RecordStorage,
    private readonly inbox: Pick<Inbox, 'connection' | 'pushed'>,
  ) {}

  /** Runs until `stop()`. */
  start(accountId: string): void {
    this.stop();
    const live = effect(() => {
      if (this.inbox.connection.value === 'live') void this.reconcile(accountId);
    });
    const pushed = effect(() => {
      const order = this.inbox.pushed.value;
      if (order && refundOf(order)) void this.#note(accountId, order);
    });
    this.#stop = () => {
      live();
      pushed();
    };
  }

  stop(): void {
    this.#stop();
    this.#stop = () => undefined;
  }

  /** Without network it ends early; the next connect begins anew. */
  async reconcile(accountId: string): Promise<void> {
    const newest = (await this.records.all(accountId)).toSorted((a, b) => b.paidAt.localeCompare(a.paidAt));
    try {
      for (const record of newest.slice(0, ASKED_MAX)) await this.#reconcileOne(accountId, record);
    } catch (error) {
      if (!isTransient(error) && !(error instanceof Problem && error.status === 401)) throw error;
    }
  }

  async #reconcileOne(accountId: string, record: PaymentRecord): Promise<void> {
    if (record.refund === 'refunded' && isComplete(record)) return;
    const [order, transaction] = await Promise.all([
      unlessRefused(this.api.order(record.orderId)),
      isComplete(record) ? undefined : this.api.transaction(record.transactionId),
    ]);
    await this.#update(accountId, record.transactionId, (kept) => ({
      ...(transaction?.status === 'settled' ? completedBy(kept, transaction) : kept),
      ...(order && refundOf(order) ? { refund: refundOf(order) } : {}),
    }));
  }

  async #note(accountId: string, order: Order): Promise<void> {
    const found = (await this.records.all(accountId)).find(({ orderId }) => orderId === order.id);
    if (found) await this.#update(accountId, found.transactionId, (kept) => ({ ...kept, refund: refundOf(order) }));
  }

  /** Pages of one browser take turns, and what is equal is not written. */
  #update(accountId: string, id: string, change: (kept: PaymentRecord) => PaymentRecord): Promise<void> {
    return exclusively(`record:${id}`, async () => {
      const kept = await this.records.get(id);
      if (!kept) return;
      const changed = change(kept);
      if (JSON.stringify(changed) !== JSON.stringify(kept)) await this.records.put(id, accountId, changed);
    });
  }
}

/** An order that the platform does not show any more changes no record. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem && (error.status === 404 || error.status === 403)) return undefined;
    throw error;
  }
}
