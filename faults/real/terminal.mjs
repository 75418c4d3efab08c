import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { AccountsClient } from '@openswipe/contracts';
import { DomainError, Sensitive } from '@openswipe/kernel';
import { RemoteService } from '@openswipe/service-kit';
import {
  MemoryStore,
  TerminalApi,
  TerminalKeys,
  cardRead,
  enrol,
  preparePayment,
  pinRequired,
  signatureDigest,
  submitPayment,
} from '@openswipe/terminal-web';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from './until.mjs';

/** Longer than any fault of the campaign together with its recovery. */
const PATIENCE_MS = 150_000;
const PASSWORD = 'a-long-enough-password';
const BANK = { bankCode: '102100099996', accountNumber: '6222020200000000009', holder: 'Faults' };

/** @param {import('./platform.mjs').Platform} platform @param {string} key @returns {Promise<{ secretKey: string }>} */
const askForMerchant = async ({ accounts, webhooks }, key) => {
  const remote = new RemoteService(AccountsClient, `127.0.0.1:${accounts.port}`);
  try {
    return await remote.call.createMerchant({
      name: 'A shop under faults',
      email: 'shop@openswipe.example',
      bankAccount: BANK,
      webhookUrl: /** @type {{ url: string }} */ (webhooks).url,
      idempotencyKey: key,
    });
  } finally {
    remote.close();
  }
};

/** @param {import('./platform.mjs').Platform} platform @returns {Promise<{ secretKey: string }>} */
export const createMerchant = (platform) => {
  const key = randomUUID();
  return insist('merchant created', () => askForMerchant(platform, key));
};

/** @typedef {import('@openswipe/terminal-web').Submission} Submission */
/** @typedef {typeof fetch} Fetch */

/** The web terminal's own core in the hand of a person who pays, loses the network, taps twice and reloads. */
export class CampaignTerminal {
  /** @type {MemoryStore<Submission>} */
  submissions = new MemoryStore();
  /** @type {MemoryStore<import('@openswipe/terminal-web').TerminalState>} */
  storage = new MemoryStore();
  /** What the push stream said of transactions: id → statuses. */
  /** @type {Map<string, Set<string>>} */
  pushed = new Map();
  #listening = new AbortController();
  #accountId = '';
  #isSignedOut = false;

  /** @param {string} url @param {string} email @param {Fetch} fetch */
  constructor(url, email, fetch) {
    this.url = url;
    this.email = email;
    this.fetch = fetch;
    this.api = new TerminalApi({ baseUrl: url, fetch });
  }

  /** Registers, logs in and enrols, each again until it is answered; then it listens. */
  async open() {
    await insist('registered', () => this.#register());
    ({ accountId: this.#accountId } = await insist('logged in', () => this.api.logIn(this.email, PASSWORD)));
    const enrolOnce = () => enrol(this.api, this.storage, this.email, 'Campaign');
    const { terminalId } = await insist('enrolled', enrolOnce, this);
    this.keys = new TerminalKeys(this.storage, terminalId);
    void this.#listen();
    return this;
  }

  async #register() {
    const person = { email: this.email, password: PASSWORD, displayName: 'Faults', locale: 'en', bankAccount: BANK };
    try {
      return await this.api.register(person);
    } catch (fault) {
      // The answer to an earlier try was lost: nobody else has this address.
      if (/** @type {any} */ (fault).code === 'ACCOUNTS.EMAIL_TAKEN') return true;
      throw fault;
    }
  }

  close() {
    this.#listening.abort();
  }

  /** What a page does that was closed and opened again: a new session, what is stored stays. */
  async reload() {
    this.api = new TerminalApi({ baseUrl: this.url, fetch: this.fetch });
    await this.api.logIn(this.email, PASSWORD, this.#isSignedOut ? undefined : this.keys?.terminalId);
  }

  /** Its owner signs it out for good, from a browser elsewhere. */
  async signOutFromElsewhere() {
    if (this.#isSignedOut || !this.keys) return;
    const elsewhere = new TerminalApi({ baseUrl: this.url, fetch: this.fetch });
    await elsewhere.logIn(this.email, PASSWORD);
    await elsewhere.signOutTerminal(this.keys.terminalId);
    this.#isSignedOut = true;
  }

  /** Confirmed, swiped, signed, sealed and stored; not sent. @param {string} orderId @param {string} cardName */
  async prepare(orderId, cardName) {
    const claimed = await this.api.claim(orderId);
    const payment = await preparePayment(claimed);
    const card = cardRead(testTrack2(testCard(cardName)), 'simulated');
    if (!card || !this.keys) throw new Error(`${cardName} does not read`);
    const digest = await signatureDigest({ kind: 'typed', name: 'Faults' }, payment.digest);
    const { pin } = testCard(cardName);
    const withPin = pin !== null && pinRequired(card) ? { pin: new Sensitive(pin) } : {};
    const security = { ...withPin, signatureDigest: digest };
    return submitPayment(this.keys, this.submissions, payment, card, security, this.#accountId);
  }

  async #listen() {
    const { signal } = this.#listening;
    for (let lastId; !signal.aborted; await delay(500)) {
      try {
        for await (const { event, data, id } of this.api.events(signal, lastId)) {
          lastId = id ?? lastId;
          if (event === 'transaction') this.#remember(/** @type {{ id: string, status: string }} */ (data));
        }
      } catch {
        // The gateway is away, or the session: the stream is only a hint, and it is opened again.
      }
    }
  }

  /** @param {{ id: string, status: string }} transaction */
  #remember({ id, status }) {
    const told = this.pushed.get(id) ?? new Set();
    this.pushed.set(id, told.add(status));
  }
}

/** Whether the same call may succeed later. @param {any} fault */
const mayRepeat = (fault) => {
  if (typeof fault.status === 'number') return fault.status >= 500 || [401, 408, 429].includes(fault.status);
  return !(fault instanceof DomainError);
};

/**
 * Makes a call until it gives something or is refused. A terminal whose session has ended logs in again, as a person
 * would.
 * @template T
 * @param {string} what
 * @param {() => Promise<T | undefined>} call
 * @param {CampaignTerminal} [terminal]
 * @returns {Promise<T>}
 */
export const insist = async (what, call, terminal) => {
  const attempt = async () => {
    try {
      const answer = await call();
      return answer === undefined ? undefined : { answer };
    } catch (fault) {
      if (!mayRepeat(fault)) return { refusal: fault };
      if (/** @type {any} */ (fault).status === 401) await terminal?.reload();
      throw fault;
    }
  };
  const ended = await until(what, attempt, PATIENCE_MS, 300);
  if ('refusal' in ended) throw ended.refusal;
  return /** @type {T} */ (ended.answer);
};
