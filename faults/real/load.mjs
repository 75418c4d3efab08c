import { Openswipe } from '@openswipe/sdk';
import { isFinal } from '@openswipe/terminal-web';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CampaignTerminal, createMerchant, insist } from './terminal.mjs';
import { until } from './until.mjs';

/**
 * One payment as its client saw it.
 * @typedef {object} Paying
 * @property {string} key of the order's creation
 * @property {string} [orderId]
 * @property {number} startedAt
 * @property {string} card of the deck
 * @property {{ id: string, at: number }[]} acks every 202: the transaction that it named
 * @property {string[]} told each final status that the gateway answered
 * @property {number} [toldAt]
 * @property {string} [ended] why there is no outcome: a refusal, or what was waited for in vain
 */

const PATIENCE_MS = 150_000;
const ASK_MS = 2_000;

/** Which cards, how often: most approve at once, some ask for a PIN, some are declined, some answer late or never. */
const DECK = [
  ...Array(9).fill('visa-no-pin'),
  ...Array(4).fill('unionpay-pin'),
  ...Array(4).fill('mastercard-no-pin'),
  'insufficient-funds',
  'answer-lost',
  'issuer-silent',
];
/** Their issuer takes its time, whatever the platform does. */
export const SLOW_CARDS = ['answer-lost', 'issuer-silent'];

/** @typedef {{ transactionId: string }} Ack */
/** @typedef {(terminal: CampaignTerminal, send: () => Promise<Ack>) => Promise<Ack>} Misbehaviour */

/** Payments at a steady pace through the public API, each step repeated as a real client would, and all acks noted. */
export class Load {
  /** @type {Paying[]} */
  log = [];
  /** @type {CampaignTerminal[]} */
  terminals = [];
  /** Of people who came later, and paid once. */
  /** @type {CampaignTerminal[]} */
  newcomers = [];
  /** @type {Set<CampaignTerminal>} */
  #busy = new Set();
  #running = false;
  #taken = 0;
  /** Answers to POST /v1/transactions that were none: network errors and 5xx. */
  submitErrors = 0;
  /** Times that no terminal was free. */
  skipped = 0;
  /** Wraps the sending of a submission: the terminal faults of a cell. */
  /** @type {Misbehaviour | undefined} */
  misbehave;

  /** @param {import('./platform.mjs').Platform} platform @param {{ perSecond: number, terminals: number }} options */
  constructor(platform, { perSecond, terminals }) {
    this.platform = platform;
    this.count = terminals;
    this.perSecond = perSecond;
  }

  async furnish() {
    this.merchant = await this.#aShop();
    for (let number = 1; number <= this.count; number += 1) {
      this.terminals.push(await this.#aPerson(`payer-${number}`));
    }
  }

  /**
   * A shop opens and a person registers and pays there once, whatever breaks meanwhile.
   * @param {Misbehaviour} [misbehave] of this person
   */
  async welcome(misbehave) {
    const shop = await this.#aShop();
    const person = await this.#aPerson(`newcomer-${randomUUID()}`);
    this.newcomers.push(person);
    return this.#pay(person, shop, misbehave);
  }

  async #aShop() {
    const { secretKey } = await createMerchant(this.platform);
    return new Openswipe({ secretKey, baseUrl: this.platform.url });
  }

  /** @param {string} name */
  #aPerson(name) {
    return new CampaignTerminal(this.platform.url, `${name}@openswipe.example`, this.#fetch).open();
  }

  /** @type {typeof fetch} */
  #fetch = async (address, init) => {
    const isSubmit = init?.method === 'POST' && String(address).endsWith('/v1/transactions');
    try {
      const response = await fetch(address, init);
      if (isSubmit && response.status >= 500) this.submitErrors += 1;
      return response;
    } catch (fault) {
      if (isSubmit) this.submitErrors += 1;
      throw fault;
    }
  };

  start() {
    if (this.#running) return;
    this.#running = true;
    void this.#pace();
  }

  /** No new payments; resolves when each one under way has its outcome or was given up. */
  async stop() {
    this.#running = false;
    await until('every payment ended for its client', async () => this.#busy.size === 0 || undefined, PATIENCE_MS);
  }

  close() {
    this.#running = false;
    for (const terminal of [...this.terminals, ...this.newcomers]) terminal.close();
  }

  async #pace() {
    for (; this.#running; await delay(1_000 / this.perSecond)) {
      // One payment at a time on a terminal, as it is with one reader.
      const terminal = this.terminals.find((each) => !this.#busy.has(each));
      if (!terminal) {
        this.skipped += 1;
        continue;
      }
      this.#busy.add(terminal);
      void this.#pay(terminal).finally(() => this.#busy.delete(terminal));
    }
  }

  /** @param {CampaignTerminal} terminal @param {Openswipe} [shop] @param {Misbehaviour} [misbehave] */
  async #pay(terminal, shop = /** @type {Openswipe} */ (this.merchant), misbehave) {
    this.#taken += 1;
    const card = DECK[(this.#taken * 7) % DECK.length];
    /** @type {Paying} */
    const paying = { key: randomUUID(), startedAt: Date.now(), card, acks: [], told: [] };
    this.log.push(paying);
    try {
      const order = await insist('order created', () => this.#createOrder(terminal, shop, paying.key));
      paying.orderId = order.id;
      const submission = await insist('order prepared', () => terminal.prepare(order.id, card), terminal);
      await this.#submitAndFollow(terminal, submission, paying, misbehave);
      await terminal.submissions.remove(order.id);
    } catch (fault) {
      paying.ended =
        fault instanceof Error ? `${/** @type {any} */ (fault).code ?? ''} ${fault.message}`.trim() : String(fault);
    }
    return paying;
  }

  /** @param {CampaignTerminal} terminal @param {Openswipe} shop @param {string} key */
  #createOrder(terminal, shop, key) {
    // As an int64, 1364 reads like a packed number of the deck: larger amounts never do.
    const amountMinor = String(20_000 + (this.#taken % 900));
    const lines = [{ name: 'Longjing green tea', quantity: 1, unitAmountMinor: amountMinor }];
    const order = {
      amountMinor,
      currency: 'CNY',
      lines,
      returnUrl: `${this.platform.url}/thanks`,
      account: terminal.email,
    };
    return shop.createOrder(order, key);
  }

  /**
   * @param {CampaignTerminal} terminal @param {import('./terminal.mjs').Submission} submission
   * @param {Paying} paying @param {Misbehaviour} [misbehave]
   */
  async #submitAndFollow(terminal, submission, paying, misbehave) {
    const send = async () => {
      const ack = await terminal.api.submit(submission.body);
      paying.acks.push({ id: ack.transactionId, at: Date.now() });
      return ack;
    };
    // The cell's way may end while a payment is under way.
    const submit = () => {
      const way = misbehave ?? this.misbehave;
      return way ? way(terminal, send) : send();
    };
    const { transactionId } = await insist('submitted', submit, terminal);
    let askedAt = Date.now();
    // As the web terminal does: it asks when it is told, and now and then, since it may have missed that.
    const outcome = async () => {
      if (!terminal.pushed.has(transactionId) && Date.now() - askedAt < ASK_MS) return undefined;
      askedAt = Date.now();
      const transaction = await terminal.api.transaction(transactionId);
      return transaction && isFinal(transaction) ? transaction : undefined;
    };
    const final = await insist(`end of ${transactionId}`, outcome, terminal);
    paying.told.push(final.status);
    paying.toldAt = Date.now();
  }
}
