/** A small seeded generator (mulberry32): the same seed makes the same choices. */
export class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** 0 ≤ x < 1 */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** @param {number} least @param {number} most */
  between(least, most) {
    return least + this.next() * (most - least);
  }

  /** Whole number, both ends included. @param {number} least @param {number} most */
  whole(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** @param {number} share 0 … 1 */
  chance(share) {
    return share > 0 && this.next() < share;
  }

  /** @template T @param {readonly T[]} items @returns {T} */
  pick(items) {
    return /** @type {T} */ (items[Math.floor(this.next() * items.length)]);
  }

  /** @param {number} length */
  bytes(length) {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at += 1) bytes[at] = Math.floor(this.next() * 256);
    return bytes;
  }
}
