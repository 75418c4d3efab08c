import type { Clock } from '@openswipe/kernel';
import { type AttemptOutcome, type Channel, type Delivery, afterAttempt } from '../domain/delivery.js';
import { webhookSecretContext } from './create-merchant.js';
import type {
  Accounts,
  Cipher,
  Deliveries,
  DeliveryWatcher,
  DueDelivery,
  LetterSender,
  Merchants,
  Random,
  TextMessages,
  WebhookSender,
} from './ports.js';
import { openTextMessage } from './text-message.js';
import { writeLetterOf } from './write-letter.js';

/** Longer than any attempt may take: after a crash another replica takes the delivery over. */
const LEASE_MS = 60_000;
const IN_FLIGHT_MAX = 32;
/** One slow endpoint cannot hold up the others. */
const IN_FLIGHT_PER_RECIPIENT_MAX = 8;
/** One success wakes what waits for its recipient; those right after it need not look again. */
const WAKE_PAUSE_MS = 2_000;
/** So many due deliveries are looked for at once. */
const SEEN_MAX = 200;
/** A look for others goes past all that waits for busy recipients, which may be much. */
const LOOK_PAUSE_MS = 500;

export interface DeliveryPorts {
  readonly deliveries: Deliveries;
  readonly merchants: Merchants;
  readonly accounts: Accounts;
  readonly cipher: Cipher;
  readonly webhooks: WebhookSender;
  readonly letters: LetterSender;
  readonly textMessages: TextMessages;
  readonly watcher: DeliveryWatcher;
  readonly random: Random;
  readonly clock: Clock;
}

/**
 * Sends what is due, several at once. Each delivery is tried at least once and until its recipient has it, so it may
 * arrive twice after a crash: the id is the same then.
 */
export class SendDueDeliveries {
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #countOf = new Map<string, number>();
  /** Recipients that were woken lately, and when. */
  readonly #wokenAtMs = new Map<string, number>();
  /** Due when they were looked for, the longest-due of a recipient first; another replica may take them. */
  readonly #seen: DueDelivery[] = [];
  #lookedAtMs = 0;
  /** Something may be due that has to wait for an attempt to end. */
  #isHeldUp = false;
  readonly #sendBy: Readonly<Record<Channel, (delivery: Delivery) => Promise<AttemptOutcome>>> = {
    webhook: (delivery) => this.#sendWebhook(delivery),
    email: (delivery) => this.#sendLetter(delivery),
    sms: (delivery) => this.#sendTextMessage(delivery),
  };

  constructor(private readonly ports: DeliveryPorts) {}

  /** Returns once nothing more is due or all hands are full; attempts go on. `onFree`: what was held up may go. */
  async execute(onFree: () => void): Promise<void> {
    this.#isHeldUp = true;
    while (this.#inFlight.size < IN_FLIGHT_MAX) {
      const next = this.#nextSeen();
      if (next) this.#begin(next, onFree);
      else if (!(await this.#look())) return;
    }
  }

  /** Whether there is more to take now. */
  async #look(): Promise<boolean> {
    const now = this.ports.clock.now();
    const busy = [...this.#countOf.keys()].filter((recipientId) => this.#isBusy(recipientId));
    // Also where the clock was set back meanwhile.
    if (busy.length > 0 && Math.abs(now.getTime() - this.#lookedAtMs) < LOOK_PAUSE_MS) return false;
    this.#lookedAtMs = now.getTime();
    const due = await this.ports.deliveries.findDue(now, busy, SEEN_MAX);
    if (due.length === 0 && busy.length === 0) this.#isHeldUp = false;
    // A take that is under way may not have been written when this was read.
    const free = due.filter(({ id }) => !this.#inFlight.has(id));
    this.#seen.push(...free);
    return free.length > 0;
  }

  #nextSeen(): DueDelivery | undefined {
    const at = this.#seen.findIndex(({ recipientId }) => !this.#isBusy(recipientId));
    return at < 0 ? undefined : this.#seen.splice(at, 1)[0];
  }

  #isBusy(recipientId: string): boolean {
    return (this.#countOf.get(recipientId) ?? 0) >= IN_FLIGHT_PER_RECIPIENT_MAX;
  }

  /** Resolves when no attempt is under way. */
  async settle(): Promise<void> {
    await Promise.all(this.#inFlight.values());
  }

  #begin({ id, recipientId }: DueDelivery, onFree: () => void): void {
    this.#countOf.set(recipientId, (this.#countOf.get(recipientId) ?? 0) + 1);
    const attempt = this.#attempt(id)
      // The store took no attempt, or no outcome: the lease runs out and the delivery is tried again.
      .catch(() => undefined)
      .then(() => {
        this.#inFlight.delete(id);
        const left = (this.#countOf.get(recipientId) ?? 1) - 1;
        if (left === 0) this.#countOf.delete(recipientId);
        else this.#countOf.set(recipientId, left);
        if (this.#isHeldUp) onFree();
      });
    this.#inFlight.set(id, attempt);
  }

  async #attempt(id: string): Promise<void> {
    const { clock, random, deliveries, watcher } = this.ports;
    const takenAt = clock.now();
    const delivery = await deliveries.take(id, takenAt, new Date(takenAt.getTime() + LEASE_MS));
    if (!delivery) return;
    const outcome = await this.#send(delivery);
    const now = clock.now();
    const concluded = afterAttempt(delivery, outcome, now, random.chance());
    await deliveries.conclude(concluded);
    watcher.concluded(concluded, delivery.channel);
    // The endpoint is up (again): what failed before goes now, not hours later. A new event is tried at once, so it is
    // what finds out; waking the others before it succeeded would only hammer an endpoint that is still down.
    if (outcome.delivered) await this.#wake(delivery, now);
  }

  async #wake({ recipientId, channel }: Delivery, now: Date): Promise<void> {
    for (const [key, atMs] of this.#wokenAtMs) {
      // Also where the clock was set back meanwhile.
      if (Math.abs(now.getTime() - atMs) >= WAKE_PAUSE_MS) this.#wokenAtMs.delete(key);
    }
    const key = `${channel} ${recipientId}`;
    if (this.#wokenAtMs.has(key)) return;
    this.#wokenAtMs.set(key, now.getTime());
    await this.ports.deliveries.wakeWaiting(recipientId, channel, now);
  }

  async #send(delivery: Delivery): Promise<AttemptOutcome> {
    try {
      return await this.#sendBy[delivery.channel](delivery);
    } catch (error) {
      return { delivered: false, error: error instanceof Error ? error.message : 'could not be sent' };
    }
  }

  async #sendWebhook({ id, recipientId, body }: Delivery): Promise<AttemptOutcome> {
    const merchant = await this.ports.merchants.find(recipientId);
    if (merchant?.webhookUrl === undefined) return gone('the merchant has no webhook endpoint');
    const secret = this.ports.cipher.open(merchant.sealedWebhookSecret, webhookSecretContext(merchant.id));
    return this.ports.webhooks.send({ id, url: merchant.webhookUrl, secret, body });
  }

  async #sendLetter({ id, recipientId, body }: Delivery): Promise<AttemptOutcome> {
    const account = await this.ports.accounts.find(recipientId);
    if (!account) return gone('the account does not exist');
    return this.ports.letters.send({ id, to: account.email.address, letter: writeLetterOf(body, account.locale) });
  }

  async #sendTextMessage({ id, body, giveUpAt }: Delivery): Promise<AttemptOutcome> {
    if (giveUpAt && giveUpAt <= this.ports.clock.now()) return gone('the code has expired');
    return this.ports.textMessages.send({ id, ...openTextMessage(id, body, this.ports.cipher) });
  }
}

const gone = (error: string): AttemptOutcome => ({ delivered: false, error, final: true });
