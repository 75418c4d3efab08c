import type { Bytes } from '@openswipe/card';
import { refusal } from '../reader-core.js';

/** Length of every report of an MMS reader, and what of a message fits each sort of packet. */
export const MMS_REPORT = 64;
const SINGLE_MAX = MMS_REPORT - 2;
const HEAD_PART = MMS_REPORT - 5;
const MIDDLE_PART = MMS_REPORT - 3;
/** Largest message taken from a reader; its card messages are below one kilobyte. */
const MESSAGE_MAX = 8 * 1024;

const SINGLE = 0x00;
const HEAD = 0x01;
const MIDDLE = 0x02;
const TAIL = 0x03;
const CANCEL = 0x04;

/** A message as reports (MagTek MMS programmer's manual D100005000, tables 4 to 8). */
export function mmsPackets(message: Bytes): readonly Bytes[] {
  if (message.length <= SINGLE_MAX) return [packet([SINGLE, message.length], message)];
  const { length } = message;
  const head = [HEAD, (length >>> 24) & 0xff, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff];
  const packets = [packet(head, message.slice(0, HEAD_PART))];
  let at = HEAD_PART;
  for (let number = 1; length - at > SINGLE_MAX; number++) {
    packets.push(packet([MIDDLE, number >> 8, number & 0xff], message.slice(at, at + MIDDLE_PART)));
    at += MIDDLE_PART;
  }
  return [...packets, packet([TAIL, length - at], message.slice(at))];
}

function packet(header: readonly number[], part: Bytes): Bytes {
  const report = new Uint8Array(MMS_REPORT);
  report.set(header);
  report.set(part, header.length);
  return report;
}

/** Puts messages together again. */
export class MmsAssembler {
  #parts: number[] = [];
  #expected = 0;
  #next = 0;

  /** The message that this report completes. Throws `READER.REPORT_INVALID`, and forgets what it had of one. */
  add(report: Bytes): Bytes | undefined {
    try {
      return this.#take(report);
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  drop(): void {
    this.#parts = [];
    this.#expected = 0;
  }

  #take(report: Bytes): Bytes | undefined {
    if (report.length !== MMS_REPORT) throw refusal('READER.REPORT_INVALID');
    const [type, second = 0, third = 0, fourth = 0, fifth = 0] = report;
    switch (type) {
      case SINGLE:
        if (second > SINGLE_MAX) throw refusal('READER.REPORT_INVALID');
        this.drop();
        return report.slice(2, 2 + second);
      case HEAD:
        return this.#begin(((second * 256 + third) * 256 + fourth) * 256 + fifth, report.slice(5));
      case MIDDLE:
        return this.#go(second * 256 + third, report.slice(3));
      case TAIL:
        return this.#end(report.slice(2, 2 + second));
      case CANCEL:
        this.drop();
        return undefined;
      default:
        throw refusal('READER.REPORT_INVALID');
    }
  }

  #begin(length: number, part: Bytes): undefined {
    if (length <= SINGLE_MAX || length > MESSAGE_MAX) throw refusal('READER.REPORT_INVALID');
    this.#parts = [...part];
    this.#expected = length;
    this.#next = 1;
  }

  #go(number: number, part: Bytes): undefined {
    if (this.#expected === 0 || number !== this.#next) throw refusal('READER.REPORT_INVALID');
    this.#parts.push(...part);
    this.#next += 1;
    if (this.#parts.length >= this.#expected) throw refusal('READER.REPORT_INVALID');
  }

  #end(part: Bytes): Bytes {
    const message = Uint8Array.from([...this.#parts, ...part]);
    if (this.#expected === 0 || message.length !== this.#expected) throw refusal('READER.REPORT_INVALID');
    this.drop();
    return message;
  }
}
