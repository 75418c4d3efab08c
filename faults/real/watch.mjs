import { setTimeout as delay } from 'node:timers/promises';
import { journalProblems } from './check-books.mjs';
import { FINAL } from './check-transactions.mjs';

const EVERY_MS = 2_000;
/** Looking takes no more than a tenth of the time, however much there is to see. */
const REST = 9;

/** Looks at the journal and at final states again and again while faults go on (I1 at each moment, I2 for ever). */
export class Watch {
  /** @type {string[]} */
  problems = [];
  looks = 0;
  /** @type {Map<string, string>} */
  #finals = new Map();
  #running = true;

  /** @param {import('./store.mjs').Store} store */
  constructor(store) {
    this.store = store;
  }

  async run() {
    while (this.#running) {
      const began = Date.now();
      await this.#look().catch(() => undefined);
      await delay(Math.max(EVERY_MS, REST * (Date.now() - began)));
    }
  }

  stop() {
    this.#running = false;
  }

  async #look() {
    const entries = await this.store.rows('ledger', 'journal_entries', {}, { postings: 1 });
    this.#add(journalProblems(entries).map((problem) => `during faults: ${problem}`));
    const finals = await this.store.rows('transactions', 'transactions', { status: { $in: FINAL } }, { status: 1 });
    const now = new Map(finals.map(({ _id, status }) => [String(_id), String(status)]));
    for (const [id, status] of this.#finals) {
      if (now.get(id) !== status) this.#add([`${id} was ${status} and became ${now.get(id) ?? 'open again'}`]);
    }
    this.#finals = now;
    this.looks += 1;
  }

  /** @param {string[]} problems */
  #add(problems) {
    this.problems.push(...problems.filter((problem) => !this.problems.includes(problem)));
  }
}
