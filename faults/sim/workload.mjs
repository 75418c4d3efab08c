import { DomainError } from '@openswipe/kernel';
import { OrderKind, TransactionStatus } from '@openswipe/contracts';
import { createHash } from 'node:crypto';
import { Terminal } from './terminal.mjs';

const PATIENCE_MS = 240_000;
const FINAL = new Set([
  TransactionStatus.TRANSACTION_STATUS_SETTLED,
  TransactionStatus.TRANSACTION_STATUS_DECLINED,
  TransactionStatus.TRANSACTION_STATUS_REJECTED,
  TransactionStatus.TRANSACTION_STATUS_REVERSED,
]);

/** What people and attackers do, by weight. @type {readonly [string, number][]} */
const SCENARIOS = [
  ['pay', 52],
  ['declined card', 6],
  ['wrong pin', 4],
  ['answer lost', 6],
  ['silent issuer', 3],
  ['double submit', 9],
  ['double swipe', 5],
  ['replay', 5],
  ['expired order', 3],
  ['late swipe', 3],
  ['forged', 2],
  ['canceled order', 2],
];

const GOOD_CARDS = [
  'unionpay-no-pin',
  'visa-no-pin',
  'mastercard-no-pin',
  'unionpay-pin',
  'visa-pin',
  'mastercard-pin',
];
const BAD_CARDS = ['insufficient-funds', 'expired', 'lost', 'do-not-honour', 'blocked-pin'];

/** What the outside world remembers: to be held against the system's own documents. */
export class ClientLog {
  /** @type {{ transactionId: string, orderId: string, terminalId: string, bytes: string, ksn: string }[]} */
  accepted = [];
  /** @type {{ transactionId: string, status: string, amountMinor: string, atMs: number }[]} */
  told = [];
  /** One request of a merchant and the orders that came of it. @type {{ key: string, orderId: string }[]} */
  ordered = [];
  /** Orders that nothing but a fault keeps from being paid. @type {string[]} */
  honest = [];
  /** @type {string[]} */
  refusals = [];
}

/** Generated orders and payments from many terminals. */
export class Workload {
  log = new ClientLog();
  finished = 0;
  isStopping = false;
  /** @type {Terminal[]} */
  terminals;
  /** @type {string[]} */
  merchants;

  /** @param {import('./platform.mjs').Platform} platform @param {{ payments: number, terminals: number }} size */
  constructor(platform, size) {
    this.platform = platform;
    this.world = platform.world;
    this.size = size;
    const { random } = this.world;
    this.terminals = Array.from({ length: size.terminals }, () => new Terminal(random));
    this.merchants = Array.from({ length: 4 }, () => `mer_${random.bytes(16).toString('hex')}`);
  }

  start() {
    const { payments, terminals } = this.size;
    for (const [at, terminal] of this.terminals.entries()) {
      terminal.enrol(this.platform);
      const share = Math.floor(payments / terminals) + (at < payments % terminals ? 1 : 0);
      this.world.clock.schedule(1_000 + this.world.random.whole(0, 500), () => this.#begin(terminal, share), null);
    }
  }

  get isDone() {
    return this.finished === this.terminals.length;
  }

  #begin(/** @type {Terminal} */ terminal, /** @type {number} */ count) {
    this.#use(terminal, count).catch((fault) => {
      this.platform.failure ??= fault;
    });
  }

  async #use(/** @type {Terminal} */ terminal, /** @type {number} */ count) {
    for (let at = 0; at < count && !this.isStopping; at += 1) await this.#pay(terminal);
    this.finished += 1;
  }

  #scenario() {
    let at = this.world.random.next() * SCENARIOS.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of SCENARIOS) if ((at -= weight) < 0) return name;
    return 'pay';
  }

  async #pay(/** @type {Terminal} */ terminal) {
    const scenario = this.#scenario();
    this.world.note('scenario', `${terminal.id} ${scenario}`);
    const isShort = scenario === 'expired order' || scenario === 'late swipe';
    const order = await this.#order(terminal, isShort ? 60 : 0);
    const claimed = order && (await this.#insist(({ orders }) => orders.claimOrder(idsOf(order.id, terminal))));
    if (!claimed) return;
    if (scenario === 'canceled order') await this.#cancel(order);
    if (scenario === 'expired order') await this.world.clock.sleep(61_000);
    if (scenario === 'late swipe') await this.world.clock.sleep(this.world.random.whole(55_000, 62_000));
    const bodies = this.#bodies(terminal, claimed, scenario);
    if (['pay', 'double submit', 'double swipe', 'answer lost'].includes(scenario)) this.log.honest.push(order.id);
    const ids = await Promise.all(bodies.map((body) => this.#submit(terminal, body)));
    await Promise.all([...new Set(ids)].map((id) => id && this.#outcome(id, terminal)));
  }

  /**
   * What is sent for an order, in this sequence.
   * @param {Terminal} terminal @param {any} order @param {string} scenario
   */
  #bodies(terminal, order, scenario) {
    const { random } = this.world;
    const good = random.pick(GOOD_CARDS);
    switch (scenario) {
      case 'declined card':
        return [terminal.seal(order, random.pick(BAD_CARDS))];
      case 'wrong pin':
        return [terminal.seal(order, random.pick(['unionpay-pin', 'visa-pin', 'mastercard-pin']), { pin: '999999' })];
      case 'answer lost':
        return [terminal.seal(order, 'answer-lost')];
      case 'silent issuer':
        return [terminal.seal(order, 'issuer-silent')];
      case 'double submit': {
        const body = terminal.seal(order, good);
        return [body, body, body];
      }
      case 'double swipe':
        return [terminal.seal(order, good), terminal.seal(order, good)];
      case 'replay':
        return [terminal.seal(order, good, { keys: terminal.lastKeys })];
      case 'forged': {
        const body = terminal.seal(order, good);
        return [{ ...body, tag: `${body.tag.startsWith('0') ? '1' : '0'}${body.tag.slice(1)}` }];
      }
      default:
        return [terminal.seal(order, good)];
    }
  }

  /** @param {Terminal} terminal @param {number} expiresInSeconds */
  async #order(terminal, expiresInSeconds) {
    const { random } = this.world;
    const merchantId = random.pick(this.merchants);
    const key = random.bytes(12).toString('hex');
    const request = {
      kind: OrderKind.ORDER_KIND_PAY,
      merchantId,
      payeeId: merchantId,
      payeeName: 'A shop under faults',
      targetAccountId: terminal.accountId,
      total: { amountMinor: BigInt(random.whole(1, 500_000)), currency: random.pick(['CNY', 'EUR', 'JPY']) },
      lines: [],
      terms: '',
      merchantReference: key,
      returnUrl: '',
      cancelUrl: '',
      expiresInSeconds,
      idempotencyKey: key,
      fingerprint: createHash('sha256').update(key).digest('hex'),
    };
    const order = await this.#insist(({ orders }) => orders.createOrder(request));
    if (order) this.log.ordered.push({ key: `${merchantId}:${key}`, orderId: order.id });
    return order;
  }

  async #cancel(/** @type {any} */ { id, merchantId }) {
    const asker = { $case: /** @type {const} */ ('merchantId'), merchantId };
    await this.#insist(({ orders }) => orders.cancelOrder({ orderId: id, asker }));
  }

  /** Sends until there is an acknowledgement. @param {Terminal} terminal @param {import('./terminal.mjs').Body} body */
  async #submit(terminal, body) {
    const session = { accountId: terminal.accountId, terminalId: terminal.id };
    const answer = await this.#insistAt('transactions', (controller) =>
      controller.submit(session, body, { id: 'request' }),
    );
    if (!answer) return undefined;
    const { transactionId } = answer;
    const bytes = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    const { orderId, ksn } = body;
    this.log.accepted.push({ transactionId, orderId, terminalId: terminal.id, bytes, ksn });
    this.world.note('accepted', transactionId);
    return transactionId;
  }

  /**
   * Asks until the transaction has ended, and remembers what it was told.
   * @param {string} id @param {Terminal} terminal
   */
  async #outcome(id, terminal) {
    const { clock } = this.world;
    for (const endMs = clock.nowMs + PATIENCE_MS; clock.nowMs < endMs; await clock.sleep(this.#pauseMs(endMs))) {
      const request = { transactionId: id, accountId: terminal.accountId };
      const told = await this.#once('peers', ({ transactions }) => transactions.getTransaction(request));
      if (!told || !FINAL.has(told.status)) continue;
      const status = String(TransactionStatus[told.status]).replace('TRANSACTION_STATUS_', '').toLowerCase();
      const amountMinor = String(told.amount?.amountMinor ?? '');
      this.log.told.push({ transactionId: id, status, amountMinor, atMs: clock.nowMs });
      return this.world.note('told', `${id} ${status}`);
    }
  }

  /** Soon at first; who waits long looks less often. @param {number} endMs */
  #pauseMs(endMs) {
    return Math.min(2_000, 100 + (PATIENCE_MS - (endMs - this.world.clock.nowMs)) / 4);
  }

  /** @param {(peers: any) => Promise<any>} work */
  #insist(work) {
    return this.#insistAt('peers', work);
  }

  /**
   * Until there is an answer; a refusal is undefined.
   * @param {string} part @param {(part: any) => Promise<any>} work
   */
  async #insistAt(part, work) {
    const { clock, random } = this.world;
    for (const endMs = clock.nowMs + PATIENCE_MS; clock.nowMs < endMs;) {
      try {
        return await this.platform.ask((served) => work(served.get(part)));
      } catch (error) {
        if (error instanceof DomainError) {
          this.log.refusals.push(error.code);
          return undefined;
        }
        await clock.sleep(random.whole(100, 1_000));
      }
    }
    return undefined;
  }

  /** @param {string} part @param {(part: any) => Promise<any>} work */
  async #once(part, work) {
    try {
      return await this.platform.ask((served) => work(served.get(part)));
    } catch {
      return undefined;
    }
  }
}

const idsOf = (/** @type {string} */ orderId, /** @type {Terminal} */ { accountId, id }) => ({
  orderId,
  accountId,
  terminalId: id,
});
