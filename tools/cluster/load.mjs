import { setTimeout as delay } from 'node:timers/promises';
import { createOrder, payOrder } from './paid-order.mjs';

const PAUSE_MS = 50;
const CARD = 'unionpay-pin';

/**
 * Sees every request of this process, below the retries of its clients: each refused or broken connection, each timeout
 * and each answer of 5xx is a failure.
 */
export class RequestWatch {
  count = 0;
  /** @type {string[]} */
  failures = [];
  #fetch = globalThis.fetch;

  start() {
    globalThis.fetch = async (...args) => {
      this.count++;
      try {
        const response = await this.#fetch(...args);
        if (response.status >= 500) this.#note(args, `answered ${response.status}`);
        return response;
      } catch (fault) {
        // A reader that has seen enough ends its own stream.
        if (/** @type {Error} */ (fault).name !== 'AbortError') this.#note(args, reasonOf(fault));
        throw fault;
      }
    };
    return this;
  }

  stop() {
    globalThis.fetch = this.#fetch;
  }

  /** @param {Parameters<typeof fetch>} args @param {string} what */
  #note([input, init], what) {
    this.failures.push(`${new Date().toISOString()} ${init?.method ?? 'GET'} ${String(input)}: ${what}`);
  }
}

/** @param {unknown} fault */
const reasonOf = (fault) => {
  const { message, cause } = /** @type {Error} */ (fault);
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
};

/** Requests and whole payments, one after another in each of several lanes, over kept connections, until stopped. */
export class Load {
  payments = 0;
  /** @type {string[]} what did not end as it should even with the clients' own retries */
  faults = [];
  #stopping = false;
  /** @type {Promise<void>[]} */
  #lanes = [];

  /** @param {Parameters<typeof payOrder>[0]} merchant @param {Parameters<typeof payOrder>[1][]} shoppers */
  constructor(merchant, shoppers) {
    this.merchant = merchant;
    this.shoppers = shoppers;
  }

  /** @param {number} readers lanes of plain requests, beside one of payments for each shopper */
  start(readers) {
    const email = /** @type {string} */ (this.shoppers[0]?.email);
    const ask = async () => {
      const { id } = await createOrder(this.merchant, email);
      for (let reads = 0; reads < 5; reads++) await this.merchant.getOrder(id);
    };
    const pay = async (/** @type {Parameters<typeof payOrder>[1]} */ shopper) => {
      await payOrder(this.merchant, shopper, CARD);
      this.payments++;
    };
    this.#lanes = [
      ...Array.from({ length: readers }, () => this.#lane(ask)),
      ...this.shoppers.map((shopper) => this.#lane(() => pay(shopper))),
    ];
    return this;
  }

  async stop() {
    this.#stopping = true;
    await Promise.all(this.#lanes);
  }

  /** @param {() => Promise<void>} step */
  async #lane(step) {
    while (!this.#stopping) {
      await step().catch((fault) => this.faults.push(`${new Date().toISOString()} ${reasonOf(fault)}`));
      await delay(PAUSE_MS);
    }
  }
}
