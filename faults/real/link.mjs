import { connect, createServer } from 'node:net';

/**
 * What a link may do to its connections.
 * - `refuse`: closes those that exist and each new one.
 * - `drop`: nothing passes, nobody is told; when it heals, everything that waited arrives, as TCP would have it.
 * - `half-open`: as `drop`, but what existed stays dead after the healing without a word to either end.
 * - `deaf`: requests arrive, their answers never do; what existed stays dead.
 * @typedef {'open' | 'refuse' | 'drop' | 'half-open' | 'deaf'} LinkState
 */

/**
 * @typedef {{ near: import('node:net').Socket, far: import('node:net').Socket | undefined, dead: boolean }} Pair
 */

/** A TCP connection point of one client process to one service: to be delayed, cut, and healed. */
export class Link {
  /** @type {LinkState} */
  state = 'open';
  /** One way, each way. */
  delayMs = 0;
  port = 0;
  /** @type {Set<Pair>} */
  #pairs = new Set();
  #turn = 0;
  #server = createServer({ pauseOnConnect: true }, (near) => this.#accept(near));

  /** @param {() => readonly { host: string, port: number }[]} targets that serve now; taken in turn */
  constructor(targets) {
    this.targets = targets;
    this.#server.on('error', () => undefined);
  }

  /** @returns {Promise<number>} port */
  async listen(host = '127.0.0.1') {
    await new Promise((/** @type {(value?: unknown) => void} */ resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, host, () => resolve());
    });
    this.port = /** @type {import('node:net').AddressInfo} */ (this.#server.address()).port;
    return this.port;
  }

  close() {
    this.#server.close();
    for (const pair of this.#pairs) this.#end(pair);
  }

  /** @param {LinkState} state */
  become(state) {
    this.state = state;
    for (const pair of [...this.#pairs]) {
      if (state === 'refuse') this.#end(pair);
      if (state === 'half-open' || state === 'deaf') pair.dead = true;
      if (state === 'drop' || state === 'half-open') this.#pause(pair);
      if (state === 'open' && !pair.dead) this.#resume(pair);
    }
  }

  /** @param {import('node:net').Socket} near */
  #accept(near) {
    if (this.state === 'refuse') return void near.destroy();
    near.setNoDelay(true);
    /** @type {Pair} */
    const pair = { near, far: undefined, dead: this.state === 'deaf' };
    this.#pairs.add(pair);
    near.on('error', () => undefined).once('close', () => this.#end(pair));
    if (this.state !== 'drop' && this.state !== 'half-open') this.#open(pair);
  }

  /** @param {Pair} pair */
  #open(pair, tries = 4) {
    const targets = this.targets();
    const target = targets[this.#turn++ % Math.max(targets.length, 1)];
    if (!target) return this.#end(pair);
    const far = connect({ ...target, noDelay: true });
    let isUp = false;
    far.once('connect', () => {
      isUp = true;
      pair.far = far;
      this.#pipe(pair.near, far, () => false);
      this.#pipe(far, pair.near, () => this.state === 'deaf' || pair.dead);
      if (this.state === 'drop' || this.state === 'half-open') this.#pause(pair);
      else pair.near.resume();
    });
    far
      .on('error', () => undefined)
      .once('close', () => {
        if (isUp || tries <= 1 || pair.near.destroyed) this.#end(pair);
        else this.#open(pair, tries - 1);
      });
  }

  /**
   * @param {import('node:net').Socket} from @param {import('node:net').Socket} to @param {() => boolean} swallows
   */
  #pipe(from, to, swallows) {
    from.on('data', (chunk) => {
      if (swallows()) return;
      const send = () => {
        if (to.destroyed || to.write(chunk) || from.destroyed) return;
        from.pause();
        to.once('drain', () => from.resume());
      };
      if (this.delayMs > 0) setTimeout(send, this.delayMs);
      else send();
    });
    from.once('end', () => setTimeout(() => to.end(), this.delayMs));
  }

  /** @param {Pair} pair */
  #pause({ near, far }) {
    near.pause();
    far?.pause();
  }

  /** @param {Pair} pair */
  #resume(pair) {
    if (!pair.far) return this.#open(pair);
    pair.near.resume();
    pair.far.resume();
  }

  /** @param {Pair} pair */
  #end(pair) {
    this.#pairs.delete(pair);
    pair.near.destroy();
    pair.far?.destroy();
  }
}
