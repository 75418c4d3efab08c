import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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
import { SCENARIOS, SimulatedChips, SimulatedReader } from '@openswipe/terminal-web/reader';
import { FileStore } from './file-store.mjs';

/** @typedef {{ email: string, password: string }} LogIn */
/** @typedef {import('@openswipe/terminal-web').Outcome} Outcome */
/** @typedef {import('@openswipe/terminal-web/reader').CardRead} CardRead */
/** @typedef {import('@openswipe/terminal-web/reader').ChipCardRead} ChipCardRead */
/** @typedef {import('@openswipe/terminal-web/reader').ReaderPin} ReaderPin */

/** After a scenario has ended: how long its last swipe may take to be decoded. */
const DECODE_LIMIT_MS = 3_000;
const PIN_LIMIT_MS = 10_000;
const PLAY_LIMIT_MS = 30_000;

/**
 * Counters of chips, which must never go back.
 * @param {string} file @returns {import('@openswipe/terminal-web/reader').ChipMemory}
 */
const chipMemory = (file) => {
  /** @returns {Record<string, string>} */
  const all = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
  return {
    getItem: (key) => all()[key] ?? null,
    setItem: (key, text) => writeFileSync(file, JSON.stringify({ ...all(), [key]: text })),
  };
};

/**
 * The web terminal's own core in Node, with the simulated reader in the person's hand: everything a page does, without
 * a page.
 */
export class HeadlessTerminal {
  /** @type {MemoryStore<import('@openswipe/terminal-web').Submission>} */
  submissions = new MemoryStore();

  /** @param {TerminalApi} api @param {TerminalKeys} keys @param {string} accountId @param {SimulatedChips} chips */
  constructor(api, keys, accountId, chips) {
    this.api = api;
    this.keys = keys;
    this.accountId = accountId;
    this.chips = chips;
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
    const chips = new SimulatedChips(chipMemory(join(folder, `${email}.chips.json`)));
    return new HeadlessTerminal(api, new TerminalKeys(storage, terminalId), session.accountId, chips);
  }

  /**
   * Confirms, swipes, enters the PIN, signs, sends, waits for the outcome.
   * @param {string} orderId
   * @param {object} how
   * @param {string} [how.card] a name of the test deck; default: the scenario's own
   * @param {string | null} [how.pin] default: the right one
   * @param {keyof typeof SCENARIOS} [how.scenario] how the card is drawn, or put in
   * @returns {Promise<Outcome>}
   */
  async pay(orderId, { scenario = 'good-swipe', card: name = SCENARIOS[scenario].card, pin = testCard(name).pin }) {
    const payment = await preparePayment(await claimOrder(this.api, orderId));
    const { card, readerPin } = await this.#read(payment.indication, name, scenario);
    const signature = await signatureDigest({ kind: 'typed', name: 'Demo' }, payment.digest);
    const pagePin = pin !== null && pinRequired(card) ? { pin: new Sensitive(pin) } : {};
    const security = { ...(readerPin ? { readerPin } : pagePin), signatureDigest: signature };
    const submission = await submitPayment(this.keys, this.submissions, payment, card, security, this.accountId);
    const outcome = await waitForOutcome(this.api, this.submissions, submission);
    await this.submissions.remove(orderId);
    return outcome;
  }

  /**
   * @param {import('@openswipe/terminal-web/reader').IndicationSignal} indication
   * @param {string} name
   * @param {keyof typeof SCENARIOS} scenario
   * @returns {Promise<{ card: CardRead | ChipCardRead, readerPin?: ReaderPin }>} the PIN where the reader has a pad
   */
  async #read(indication, name, scenario) {
    const reader = new SimulatedReader({ cardOf: (card) => testTrack2(testCard(card)), chips: this.chips });
    await reader.connect();
    let fault = 'no card was read';
    reader.on('fault', ({ code, message }) => (fault = `${code}: ${message}`));
    /** @type {Promise<CardRead | ChipCardRead>} */
    const read = new Promise((resolve) => {
      reader.on('card', resolve);
      reader.on('chipCard', resolve);
    });
    try {
      await reader.arm(indication);
      // A fault is no end: the scenario may go on with a good read.
      const tooLate = reader
        .play({ ...SCENARIOS[scenario], card: name }, AbortSignal.timeout(PLAY_LIMIT_MS))
        .then(() => delay(DECODE_LIMIT_MS));
      const card = await Promise.race([read, tooLate]);
      if (card === undefined) throw new Error(fault);
      if (!reader.hasPinPad || !pinRequired(card)) return { card };
      return { card, readerPin: await reader.requestPin(card, AbortSignal.timeout(PIN_LIMIT_MS)) };
    } finally {
      await reader.disconnect();
    }
  }
}
