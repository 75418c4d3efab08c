import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { Sensitive } from '@openswipe/kernel';
import {
  MemoryStore,
  TerminalApi,
  TerminalKeys,
  claimOrder,
  enrol,
  pinRequired,
  preparePayment,
  signatureDigest,
  submitPayment,
  terminalOf,
  waitForOutcome,
} from '@openswipe/terminal-web';
import { SCENARIOS, SimulatedReader } from '@openswipe/terminal-web/reader';
import { FileStore } from './file-store.mjs';

/** @typedef {{ email: string, password: string }} LogIn */
/** @typedef {import('@openswipe/terminal-web').Outcome} Outcome */
/** @typedef {import('@openswipe/terminal-web').CardRead} CardRead */

/**
 * The web terminal's own core in Node, with the simulated reader in the person's hand: everything a page does, without
 * a page.
 */
export class HeadlessTerminal {
  /** @type {MemoryStore<import('@openswipe/terminal-web').Submission>} */
  submissions = new MemoryStore();

  /** @param {TerminalApi} api @param {TerminalKeys} keys @param {string} accountId */
  constructor(api, keys, accountId) {
    this.api = api;
    this.keys = keys;
    this.accountId = accountId;
  }

  /**
   * Logs in on the terminal that this folder holds; enrols it the first time.
   * @param {{ url: string, folder: string, logIn: LogIn, name?: string }} options
   */
  static async open({ url, folder, logIn: { email, password }, name = 'Demo terminal' }) {
    mkdirSync(folder, { recursive: true });
    /** @type {FileStore<import('@openswipe/terminal-web').TerminalState>} */
    const storage = new FileStore(join(folder, `${email}.json`));
    const api = new TerminalApi({ baseUrl: url });
    const known = await terminalOf(storage, email);
    const session = await api.logIn(email, password, known);
    const terminalId = known ?? (await enrol(api, storage, email, name)).terminalId;
    return new HeadlessTerminal(api, new TerminalKeys(storage, terminalId), session.accountId);
  }

  /**
   * Confirms, swipes, enters the PIN, signs, sends, waits for the outcome.
   * @param {string} orderId
   * @param {object} how
   * @param {string} how.card a name of the test deck
   * @param {string | null} [how.pin] default: the right one
   * @param {keyof typeof SCENARIOS} [how.scenario] how the card is drawn
   * @returns {Promise<Outcome>}
   */
  async pay(orderId, { card: name, pin = testCard(name).pin, scenario = 'good-swipe' }) {
    const payment = await preparePayment(await claimOrder(this.api, orderId));
    const card = await this.#swipe(payment.indication, name, scenario);
    const signature = await signatureDigest({ kind: 'typed', name: 'Demo' }, payment.digest);
    const withPin = pin !== null && pinRequired(card) ? { pin: new Sensitive(pin) } : {};
    const security = { ...withPin, signatureDigest: signature };
    const submission = await submitPayment(this.keys, this.submissions, payment, card, security, this.accountId);
    const outcome = await waitForOutcome(this.api, this.submissions, submission);
    await this.submissions.remove(orderId);
    return outcome;
  }

  /**
   * @param {import('@openswipe/terminal-web/reader').IndicationSignal} indication
   * @param {string} name
   * @param {keyof typeof SCENARIOS} scenario
   * @returns {Promise<CardRead>}
   */
  async #swipe(indication, name, scenario) {
    const reader = new SimulatedReader();
    await reader.connect();
    const read = new Promise((resolve, reject) => {
      reader.on('card', resolve);
      reader.on('fault', (fault) => reject(new Error(`${fault.code}: ${fault.message}`)));
    });
    await reader.arm(indication);
    await reader.play({ ...SCENARIOS[scenario], card: testTrack2(testCard(name)) });
    const card = await read;
    await reader.disconnect();
    return card;
  }
}
