import { Sensitive } from '@openswipe/kernel';
import { signal } from '@preact/signals';
import type { TerminalKeys, TransactionKeys } from '../account/terminal-keys.js';
import type { Order } from '../gateway/order.js';
import { codeOf } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import type { IndicationSignal } from '../reader/indication-signal.js';
import { isProtected, type PresentedCard } from '../reader/presented-card.js';
import type { ReaderPin } from '../reader/reader-pin.js';
import type { BiometricCheck } from './biometric-check.js';
import { claimOrder } from './claim-order.js';
import { preparePayment, type PreparedPayment } from './prepare-payment.js';
import { type BiometricStep, LEAVABLE, type ReaderPinStep, type Step } from './payment-step.js';
import { checkOfReason, securityChecks, type Check } from './security-checks.js';
import { signatureDigest, type Signature } from './signature.js';
import type { Submission, SubmissionStorage } from './submission.js';
import { submitPayment } from './submit-payment.js';

export interface FlowNeeds {
  readonly api: TerminalApi;
  readonly keys: TerminalKeys;
  readonly storage: SubmissionStorage;
  readonly accountId: string;
  readonly biometric: Pick<BiometricCheck, 'hindrance' | 'assertion'>;
  readonly reader: {
    arm(indication: IndicationSignal, onCard: (card: PresentedCard) => void): Promise<void>;
    disarm(): Promise<void>;
    readonly takesPin: boolean;
    requestPin(card: PresentedCard, signal: AbortSignal): Promise<ReaderPin>;
  };
  /** From here on the submission goes its way without this flow. */
  readonly follow: (submission: Submission) => void;
}

/**
 * One order on its way to a submission: confirm → indication → card → PIN, biometric check → signature → encrypt. Each
 * move leaves its step before it awaits anything, so a second click finds nothing to do.
 */
export class PaymentFlow {
  readonly step = signal<Step>({ at: 'loading' });
  readonly order = signal<Order | undefined>(undefined);
  #payment: PreparedPayment | undefined;
  #pin: Sensitive<string> | undefined;
  /** Made by the reader's own PIN pad. */
  #readerPin: ReaderPin | undefined;
  #stopAskingReader: AbortController | undefined;
  /** What the card and its issuer want, as far as it was not done yet. */
  #checks = new Set<Check>();
  /** What the issuer wanted of this order's card although nobody said so before. */
  readonly #learned = new Set<Check>();
  /** Taken for the biometric check, whose challenge holds their KSN: the same ones seal. */
  #keys: TransactionKeys | undefined;
  #assertion: string | undefined;

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

  /** News of the order: another terminal took it, it was paid or canceled, or the claim of this one ran out. */
  take(order: Order): void {
    const known = this.order.value;
    if (!known || order.version <= known.version) return;
    if (this.#at('review')) this.order.value = order;
    else if (this.#at('swipe') && !this.#isHeld(order)) void this.#lose(order);
  }

  #isHeld({ status, claim }: Order): boolean {
    return status === 'claimed' && claim?.terminalId === this.needs.keys.terminalId;
  }

  /** No order, no signal; and no signal, no read [0030]. */
  async #lose(order: Order): Promise<void> {
    this.order.value = order;
    this.step.value = { at: 'review', ...(order.status === 'pending' && { code: 'ORDERS.NOT_CLAIMED' }) };
    this.#forget();
    await this.needs.reader.disarm();
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
    this.#checks.delete('pin');
    this.#next(step.card);
  }

  /** Once more on the reader, after it was not entered there. */
  enterPinOnReader(): void {
    const { value: step } = this.step;
    if (step.at === 'reader-pin-again') void this.#askReaderForPin(step.card);
  }

  /** Of a card in clear; the PIN of another one cannot be entered here. */
  enterPinOnPage(): void {
    const { value: step } = this.step;
    if (step.at === 'reader-pin-again' && !isProtected(step.card)) this.step.value = { at: 'pin', card: step.card };
  }

  async #askReaderForPin(card: PresentedCard): Promise<void> {
    const step: ReaderPinStep = { at: 'reader-pin', card };
    this.step.value = step;
    const stop = new AbortController();
    this.#stopAskingReader = stop;
    try {
      const pin = await this.needs.reader.requestPin(card, stop.signal);
      if (this.step.value !== step) return;
      this.#readerPin = pin;
      this.#checks.delete('pin');
      this.#next(card);
    } catch (error) {
      if (this.step.value !== step) return;
      const code = codeOf(error);
      if (code !== 'READER.PIN_PAD_MISSING') this.step.value = { at: 'reader-pin-again', card, code };
      else if (isProtected(card)) this.#refusePin();
      else this.step.value = { at: 'pin', card };
    }
  }

  /** Nobody here can make a PIN block for this card. */
  #refusePin(): void {
    this.#forget();
    this.step.value = { at: 'review', code: 'TERMINAL.PIN_IMPOSSIBLE' };
  }

  /** From a click: browsers want one before they ask for fingerprint or face. */
  async checkBiometric(): Promise<void> {
    const step = this.step.value;
    const payment = this.#payment;
    if (step.at !== 'biometric' || !payment) return;
    this.step.value = { at: 'asking-biometric', card: step.card };
    try {
      // A prompt that is given up burns its keys, and that is all.
      const keys = await this.needs.keys.next();
      const assertion = await this.needs.biometric.assertion(payment.digest, keys.data.ksn.hex);
      if (!this.#at('asking-biometric')) return;
      this.#keys = keys;
      this.#assertion = assertion;
      this.#checks.delete('biometric');
      this.#next(step.card);
    } catch (error) {
      if (this.#at('asking-biometric')) this.step.value = { at: 'biometric', card: step.card, code: codeOf(error) };
    }
  }

  async sign(signature: Signature): Promise<void> {
    const step = this.step.value;
    const payment = this.#payment;
    if (step.at !== 'sign' || !payment) return;
    this.step.value = { at: 'sealing' };
    const { storage, accountId, follow } = this.needs;
    try {
      const security = {
        signatureDigest: await signatureDigest(signature, payment.digest),
        ...(this.#pin && { pin: this.#pin }),
        ...(this.#readerPin && { readerPin: this.#readerPin }),
        ...(this.#assertion !== undefined && { biometricAssertion: this.#assertion }),
      };
      const submission = await submitPayment(this.#keySource(), storage, payment, step.card, security, accountId);
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
    const wanted = checkOfReason(lastCode);
    if (wanted) this.#learned.add(wanted);
    await this.load();
    if (this.#at('review')) await this.confirm();
  }

  /** Before the submission: lets the reader sleep and other terminals have the order. */
  async leave(): Promise<void> {
    if (!LEAVABLE.includes(this.step.value.at)) return;
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

  #swiped(card: PresentedCard): void {
    if (!this.#at('swipe')) return;
    this.step.value = { at: 'checking' };
    void this.#ask(card);
  }

  async #ask(card: PresentedCard): Promise<void> {
    const payment = this.#payment;
    const checks = await securityChecks(this.needs.api, card);
    if (!this.#at('checking') || payment !== this.#payment) return;
    this.#checks = new Set([...checks, ...this.#learned]);
    if (isProtected(card) && card.readerPin) {
      this.#readerPin = card.readerPin;
      this.#checks.delete('pin');
    }
    this.#next(card);
  }

  /** The next thing that the person has to do; every payment is signed [0051]. */
  #next(card: PresentedCard): void {
    if (this.#checks.has('pin')) this.#takePin(card);
    else if (this.#checks.has('biometric')) void this.#offerBiometric(card);
    else this.step.value = { at: 'sign', card };
  }

  /** On the reader's own pad where there is one: no page is as safe. */
  #takePin(card: PresentedCard): void {
    if (this.needs.reader.takesPin) void this.#askReaderForPin(card);
    else if (isProtected(card)) this.#refusePin();
    else this.step.value = { at: 'pin', card };
  }

  async #offerBiometric(card: PresentedCard): Promise<void> {
    const step: BiometricStep = { at: 'biometric', card };
    this.step.value = step;
    const code = await this.needs.biometric.hindrance();
    if (code !== undefined && this.step.value === step) this.step.value = { ...step, code };
  }

  #keySource(): Pick<TerminalKeys, 'terminalId' | 'next'> {
    const { keys } = this.needs;
    const taken = this.#keys;
    return taken ? { terminalId: keys.terminalId, next: () => Promise.resolve(taken) } : keys;
  }

  #forget(): void {
    this.#pin = undefined;
    this.#readerPin = undefined;
    this.#stopAskingReader?.abort();
    this.#stopAskingReader = undefined;
    this.#payment = undefined;
    this.#keys = undefined;
    this.#assertion = undefined;
    this.#checks = new Set();
  }

  #at(at: Step['at']): boolean {
    return this.step.value.at === at;
  }
}
