import type { Bytes } from '@openswipe/card';
import { refusal } from '../reader-core.js';
import { reportLength, type HidWire } from './hid-wire.js';

/** Command numbers of MagneSafe V5 readers (MagTek 99875475, section 2). */
export const COMMAND = {
  getProperty: 0x00,
  keySerialNumber: 0x09,
  setSessionId: 0x0a,
  activateAuthenticatedMode: 0x10,
  activationChallengeReply: 0x11,
} as const;

const DONE = 0x00;
const COUNTER_EXPIRED = 0x80;
/** Also of a command that a reader does not have at its security level. */
const NOT_NOW = 0x07;
/** Where the descriptor gives no length: 60 bytes and the report id that some stacks count (vendor's own demo). */
const USUAL_LENGTH = 61;

/** Number, length, data, and zeros up to the length of the feature report. */
export function commandReport(number: number, data: Bytes, length: number): Bytes {
  const report = new Uint8Array(length);
  report.set([number, data.length]);
  report.set(data, 2);
  return report;
}

/**
 * Result, length, data; a report with an id may come with the id in front. Throws `READER.REPORT_INVALID`,
 * `READER.KEYS_EXHAUSTED` (result 0x80), and `READER.REFUSED` for every other result but 0x00: 0x01 failed, 0x02 bad
 * parameter, 0x03 redundant, 0x05 delayed against guessing, 0x07 wrong order, level or MAC. Of the results in
 * `passedOver` the answer is `undefined`.
 */
export function parseAnswer(report: Bytes, reportId?: number): Bytes;
export function parseAnswer(report: Bytes, reportId: number, passedOver: readonly number[]): Bytes | undefined;
export function parseAnswer(report: Bytes, reportId = 0, passedOver: readonly number[] = []): Bytes | undefined {
  const answer = reportId !== 0 && report[0] === reportId ? report.subarray(1) : report;
  const [result, length] = answer;
  if (result === undefined || length === undefined || answer.length < 2 + length)
    throw refusal('READER.REPORT_INVALID');
  if (result === COUNTER_EXPIRED) throw refusal('READER.KEYS_EXHAUSTED');
  if (passedOver.includes(result)) return undefined;
  if (result !== DONE) throw refusal('READER.REFUSED');
  return answer.slice(2, 2 + length);
}

/** Commands go as feature reports; a reader acknowledges one when it is done, so its answer is there then. */
export class MagTekCommands {
  readonly #wire: HidWire;
  readonly #reportId: number;
  readonly #length: number;

  constructor(wire: HidWire) {
    const [layout] = wire.collections.flatMap(({ featureReports = [] }) => featureReports);
    this.#wire = wire;
    this.#reportId = layout?.reportId ?? 0;
    this.#length = (layout === undefined ? 0 : reportLength(layout)) || USUAL_LENGTH;
  }

  /** Answers the data of the response; throws what `parseAnswer` does. */
  async send(number: number, data?: Bytes): Promise<Bytes> {
    return parseAnswer(await this.#exchange(number, data), this.#reportId);
  }

  /** As `send`; `undefined` where the reader has no such command at its security level. */
  async sendIfSupported(number: number, data?: Bytes): Promise<Bytes | undefined> {
    return parseAnswer(await this.#exchange(number, data), this.#reportId, [NOT_NOW]);
  }

  async #exchange(number: number, data: Bytes = new Uint8Array(0)): Promise<Bytes> {
    await this.#wire.sendFeature(this.#reportId, commandReport(number, data, this.#length));
    return this.#wire.receiveFeature(this.#reportId);
  }
}
