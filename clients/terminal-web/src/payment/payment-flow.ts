import { Sensitive } from '@openswipe/kernel';
import { signal } from '@preact/signals';
import type { TerminalKeys } from '../account/terminal-keys.js';
import type { Order } from '../gateway/order.js';
import { codeOf } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import type { CardRead } from '../reader/card-read.js';
import type { IndicationSignal } from '../reader/indication-signal.js';
import { claimOrder } from './claim-order.js';
import { preparePayment, type PreparedPayment } from './prepare-payment.js';
import { pinRequired } from './seal-transaction.js';
import { signatureDigest, type Signature } from './signature.js';
import type { Submission, SubmissionStorage } from './submission.js';
import { submitPayment } from './submit-payment.js';

export type Step =
  | { readonly at: 'loading' }
  | { readonly at: 'unavailable'; readonly code: string }
  | { readonly at: 'review'; readonly code?: string }
  | { readonly at: 'claiming' }
  | { readonly at: 'swipe' }
  | { readonly at: 'pin' | 'sign'; readonly card: CardRead }
  | { readonly at: 'sealing' }
  | { readonly at: 'submitted' };

export interface FlowNeeds {
  readonly api: TerminalApi;
  readonly keys: TerminalKeys;
  readonly storage: SubmissionStorage;
  readonly accountId: string;
  readonly reader: {
    arm(indication: IndicationSignal, onCard: (card: CardRead) => void): Promise<void>;
    disarm(): Promise<void>;
  };
  /** From here on the submission goes its way without this flow. */
  readonly follow: (submission: Submission) => void;
}

/**
 * One order on its way to a submission: confirm → indication → swipe → PIN → signature → encrypt. Each move leaves its
 * step before it awaits anything, so a second click finds nothing to do.
 */
export class PaymentFlow {
  readonly step = signal<Step>({ at: 'loading' });
  readonly order = signal<Order | undefined>(undefined);
  #payment: PreparedPayment | undefined;
  #pin: Sensitive<string> | undefined;
  /** The issuer asked for a PIN although the card did not. */
  #pinWanted = false;

  constructor(
    private readonly orderId: string,
    private readonly needs: FlowNeeds,
  ) {}

  async load(): Promise<void> {
    this.step.value = { at: 'loading' };
    try {
      this.order.value = await this.needs.api.order(this.orderId);
      this.step.value = { at: 'review' };
    } catch (error) {
      this.step.value = { at: 'unavailable', code: codeOf(error) };
    }
  }

  /** News of the order while it is being looked at: another terminal took it, it was paid or canceled. */
  take(order: Order): void {
    const known = this.order.value;
    if (this.#at('review') && known && order.version > known.version) this.order.value = order;
  }

  /** The person has seen the order and confirms it: the reader may be woken, for this order only [0028]. */
  async confirm(): Promise<void> {
    const shown = this.order.value;
    if (this.step.value.at !== 'review' || !shown) return;
    this.step.value = { at: 'claiming' };
    try {
      const claimed = await claimOrder(this.needs.api, this.orderId);
      if (!this.#at('claiming')) {
        // Left while the claim was on its way: nobody is here to pay.
        await this.needs.api.release(this.orderId).catch(() => undefined);
        return;
      }
      this.order.value = claimed;
      this.#payment = await preparePayment(claimed, shown.digest);
      this.step.value = { at: 'swipe' };
      await this.needs.reader.arm(this.#payment.indication, (card) => this.#swiped(card));
    } catch (error) {
      const code = codeOf(error);
      // What forbids it may be the order's new state: show that one.
      this.order.value = await this.needs.api.order(this.orderId).catch(() => this.order.value);
      this.step.value = { at: 'review', code };
    }
  }

  enterPin(pin: string): void {
    const { value: step } = this.step;
    if (step.at !== 'pin') return;
    this.#pin = new Sensitive(pin);
    this.step.value = { at: 'sign', card: step.card };
  }

  async sign(signature: Signature): Promise<void> {
    const step = this.step.value;
    const payment = this.#payment;
    if (step.at !== 'sign' || !payment) return;
    this.step.value = { at: 'sealing' };
    const { keys, storage, accountId, follow } = this.needs;
    try {
      const digest = await signatureDigest(signature, payment.digest);
      const security = { signatureDigest: digest, ...(this.#pin ? { pin: this.#pin } : {}) };
      const submission = await submitPayment(keys, storage, payment, step.card, security, accountId);
      this.step.value = { at: 'submitted' };
      follow(submission);
    } catch (error) {
      this.step.value = { at: 'review', code: codeOf(error) };
    } finally {
      this.#forget();
    }
  }

  /** After a failed try: the order is still claimed here, a new confirmation wakes the reader again. */
  async again(lastCode: string): Promise<void> {
    if (lastCode === 'RISK.PIN_REQUIRED') this.#pinWanted = true;
    await this.load();
    if (this.#at('review')) await this.confirm();
  }

  /** Before the submission: lets the reader sleep and other terminals have the order. */
  async leave(): Promise<void> {
    const { at } = this.step.value;
    if (at !== 'swipe' && at !== 'pin' && at !== 'sign' && at !== 'claiming') return;
    this.#forget();
    this.step.value = { at: 'review' };
    await this.needs.reader.disarm();
    // Best effort: the claim ends by itself in some minutes.
    const released = await this.needs.api.release(this.orderId).catch(() => undefined);
    if (released) this.order.value = released;
  }

  async cancelOrder(): Promise<void> {
    try {
      this.order.value = await this.needs.api.cancel(this.orderId);
    } catch (error) {
      this.step.value = { at: 'review', code: codeOf(error) };
    }
  }

  #swiped(card: CardRead): void {
    if (!this.#at('swipe')) return;
    this.step.value = { at: this.#pinWanted || pinRequired(card) ? 'pin' : 'sign', card };
  }

  #forget(): void {
    this.#pin = undefined;
    this.#payment = undefined;
  }

  #at(at: Step['at']): boolean {
    return this.step.value.at === at;
  }
}
