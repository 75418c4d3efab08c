import type { Bytes } from '@openswipe/card';
import type { Cue } from '../cue.js';
import type { IndicationSignal } from '../indication-signal.js';
import type { ReaderCore } from '../reader-core.js';
import { feeTags } from './fee-tags.js';
import type { HidFamily, HidProtocol } from './hid-reader.js';
import { reportLength, type HidWire } from './hid-wire.js';
import { parseNeo2Card } from './neo2-card.js';
import { Neo2Assembler, neo2Command, neo2Reports, parseNeo2, type CrcOrder, type Neo2Frame } from './neo2-frame.js';
import { PendingAnswer } from './pending-answer.js';
import { tellSwipe } from './swipe-report.js';
import type { HidDevice } from './webhid-port.js';

const PING = [0x18, 0x01] as const;
const ACTIVATE = [0x02, 0x40] as const;
const CANCEL = [0x05, 0x01] as const;
const LIGHT = [0x0a, 0x03] as const;
const SHORT_BEEPS = [0x0b, 0x01] as const;
const LONG_BEEP = [0x0b, 0x02] as const;

const OK = 0x00;
const TIMED_OUT = 0x08;
const FAILED = 0x0a;
const USER_EVENT = 0x0e;
const ONLINE = 0x23;

/** Seconds that the reader waits for a card before it has to be asked again. */
const WAIT_S = 60;
const RESTART_MS = 500;

/** Front light: location, red, green (0 off, 1 on, 2 blinking). */
const GREEN_BLINKS = [0x01, 0x00, 0x02] as const;
const GREEN = [0x01, 0x00, 0x01] as const;
const RED = [0x01, 0x01, 0x00] as const;
const DARK = [0x01, 0x00, 0x00] as const;

/** Second of the four lengths that a long beep has: 400 ms. */
const LONG_BEEP_400 = 0x01;

export interface CrcOrders {
  readonly command: CrcOrder;
  readonly response: CrcOrder | 'either';
}

/**
 * VP3300 and kin. The indication signal is a blinking green light, two beeps, and the transaction with amount and
 * currency [0028]. While one is active any other command cancels it, so every cue comes before or after.
 */
class Neo2 implements HidProtocol {
  readonly #core: ReaderCore;
  readonly #wire: HidWire;
  readonly #orders: CrcOrders;
  readonly #assembler = new Neo2Assembler();
  readonly #answer: PendingAnswer<Neo2Frame>;
  #indication: IndicationSignal | undefined;
  #isActive = false;
  #turn: Promise<unknown> = Promise.resolve();
  #stopRestart: () => void = () => undefined;

  constructor(core: ReaderCore, wire: HidWire, orders: CrcOrders) {
    this.#core = core;
    this.#wire = wire;
    this.#orders = orders;
    this.#answer = new PendingAnswer(core.clock);
  }

  async opened(): Promise<void> {
    await this.#ask(PING);
  }

  arm(indication: IndicationSignal): Promise<void> {
    return this.#inTurn(async () => {
      const fee = feeTags(indication);
      await this.#cancel();
      await this.#signal(GREEN_BLINKS, SHORT_BEEPS, 2);
      this.#indication = indication;
      await this.#activate(fee);
    });
  }

  disarm(): Promise<void> {
    this.#indication = undefined;
    this.#stopRestart();
    return this.#inTurn(async () => {
      if (!this.#isActive) return;
      await this.#cancel();
      await this.#tolerate(LIGHT, DARK);
    });
  }

  drop(): void {
    this.#stopRestart();
    this.#assembler.drop();
    this.#answer.drop();
    this.#isActive = false;
  }

  cue({ kind }: Cue): void {
    if (kind !== 'read' && kind !== 'error') return;
    void this.#inTurn(async () => {
      if (this.#isActive) return;
      if (kind === 'read') await this.#signal(GREEN, SHORT_BEEPS, 1);
      else await this.#signal(RED, LONG_BEEP, LONG_BEEP_400);
    });
  }

  report(reportId: number, bytes: Bytes): void {
    const assembled = this.#assembler.add(reportId, bytes);
    if (assembled === undefined) return;
    const frame = parseNeo2(assembled, this.#orders.response);
    assembled.fill(0);
    if (!this.#answer.offer(frame) && frame.command === ACTIVATE[0]) this.#answered(frame);
  }

  /** The end of a transaction, or the word that a card is there. */
  #answered({ status, data }: Neo2Frame): void {
    if (status === USER_EVENT) return this.#core.swipeStarted();
    this.#isActive = false;
    if (status === OK || status === ONLINE) {
      this.#core.swipeStarted();
      try {
        tellSwipe(this.#core, parseNeo2Card(data));
      } finally {
        this.#askAgain();
      }
      return;
    }
    if (!this.#core.armed) return;
    if (status === FAILED) {
      this.#core.swipeStarted();
      this.#core.swipeFailed('READER.TRACK2_UNREADABLE');
    } else this.#core.swipeDismissed();
    if (status === FAILED || status === TIMED_OUT) this.#askAgain();
    else this.#core.fault('READER.REFUSED');
  }

  /** The port stays armed after a bad swipe or a time limit, so the reader has to wait for a card again. */
  #askAgain(): void {
    this.#stopRestart();
    this.#stopRestart = this.#core.clock.after(RESTART_MS, () => {
      const indication = this.#indication;
      if (indication === undefined || !this.#core.armed) return;
      void this.#inTurn(() => (this.#isActive ? Promise.resolve() : this.#activate(feeTags(indication)))).catch(() => {
        this.#core.fault('READER.REFUSED');
      });
    });
  }

  /** It is answered when a card was read, or the time is over. */
  async #activate(fee: Bytes): Promise<void> {
    this.#isActive = true;
    await this.#send(ACTIVATE, Uint8Array.from([WAIT_S, ...fee]));
  }

  async #cancel(): Promise<void> {
    if (!this.#isActive) return;
    this.#isActive = false;
    await this.#tolerate(CANCEL);
  }

  async #signal(light: readonly number[], beeps: readonly [number, number], count: number): Promise<void> {
    await this.#tolerate(LIGHT, light);
    await this.#tolerate(beeps, [count]);
  }

  /** Models differ in lights and buzzers; one that has none says no, and the page has its own. */
  async #tolerate(command: readonly [number, number], data: readonly number[] = []): Promise<void> {
    await this.#ask(command, Uint8Array.from(data)).catch(() => undefined);
  }

  async #ask(command: readonly [number, number], data: Bytes = new Uint8Array(0)): Promise<Neo2Frame> {
    const answer = this.#answer.next((frame) => frame.command === command[0]);
    await this.#send(command, data);
    return answer;
  }

  async #send([command, subCommand]: readonly [number, number], data: Bytes): Promise<void> {
    const frame = neo2Command(command, subCommand, data, this.#orders.command);
    for (const { id, bytes } of neo2Reports(frame)) await this.#wire.send(id, bytes);
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(task);
    this.#turn = run.catch(() => undefined);
    return run;
  }
}

const VP3300 = 0x3530;

/** NEO2 readers have four input reports of 63 bytes, ids 1 to 4; other models of the vendor have not. */
function isNeo2({ collections, productId }: HidDevice): boolean {
  if (productId === VP3300) return true;
  const reports = collections.flatMap(({ inputReports = [] }) => inputReports);
  return [1, 2, 3, 4].every((id) => reports.some((report) => report.reportId === id && reportLength(report) === 63));
}

export function idtechNeo2(orders: CrcOrders = { command: 'low-first', response: 'either' }): HidFamily {
  return {
    kind: 'idtech-neo2',
    label: 'ID TECH ViVOpay',
    vendorId: 0x0acd,
    abilities: { light: true, sound: true, vibration: false, protectsCard: true },
    matches: (device) => device.vendorId === 0x0acd && isNeo2(device),
    protocol: (core, wire) => new Neo2(core, wire, orders),
  };
}
