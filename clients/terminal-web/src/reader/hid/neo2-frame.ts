import type { Bytes } from '@openswipe/card';
import { refusal } from '../reader-core.js';

/** `ViVOtech2` and NUL. */
const HEADER = Uint8Array.from('ViVOtech2\0', (character) => character.charCodeAt(0));
const BODY = HEADER.length + 4;
const REPORT = 63;
/** Largest frame taken from a reader. */
const FRAME_MAX = 8 * 1024;

const WHOLE = 1;
const FIRST = 2;
const MIDDLE = 3;
const LAST = 4;

/**
 * Order of the two CRC bytes. The guide's tables contradict each other; most give commands the low byte first and
 * responses the high byte first, and one frame known to work (ping, `… B3 CD`) agrees for commands.
 */
export type CrcOrder = 'low-first' | 'high-first';

export interface Neo2Frame {
  readonly command: number;
  /** Of a response; the sub-command of a command. */
  readonly status: number;
  readonly data: Bytes;
}

export function neo2Command(command: number, subCommand: number, data: Bytes, order: CrcOrder): Bytes {
  const body = Uint8Array.from([...HEADER, command, subCommand, data.length >> 8, data.length & 0xff, ...data]);
  return Uint8Array.from([...body, ...crcBytes(body, order)]);
}

/** Bytes behind the frame are padding. Throws `READER.REPORT_INVALID`. */
export function parseNeo2(bytes: Bytes, order: CrcOrder | 'either'): Neo2Frame {
  const [command = 0, status = 0, high = 0, low = 0] = bytes.subarray(HEADER.length);
  const end = BODY + high * 256 + low;
  if (!HEADER.every((byte, at) => bytes[at] === byte) || bytes.length < end + 2) throw refusal('READER.REPORT_INVALID');
  const body = bytes.slice(0, end);
  const orders: readonly CrcOrder[] = order === 'either' ? ['high-first', 'low-first'] : [order];
  const isSound = orders.some((one) => crcBytes(body, one).every((byte, at) => byte === bytes[end + at]));
  if (!isSound) throw refusal('READER.REPORT_INVALID');
  return { command, status, data: body.slice(BODY) };
}

/** A frame as reports of 63 bytes: id 1 if it fits in one, else 2, 3 …, 4 (guide 2.8.1). */
export function neo2Reports(frame: Bytes): readonly { readonly id: number; readonly bytes: Bytes }[] {
  const count = Math.max(1, Math.ceil(frame.length / REPORT));
  return Array.from({ length: count }, (_, index) => {
    const bytes = new Uint8Array(REPORT);
    bytes.set(frame.slice(index * REPORT, (index + 1) * REPORT));
    return { id: count === 1 ? WHOLE : index === 0 ? FIRST : index === count - 1 ? LAST : MIDDLE, bytes };
  });
}

/** Puts frames together again; reports of other ids, and parts without a beginning, are passed over (guide 2.8.1). */
export class Neo2Assembler {
  #parts: number[] = [];

  /** The frame that this report completes. Throws `READER.REPORT_INVALID` for one that grows beyond all measure. */
  add(id: number, bytes: Bytes): Bytes | undefined {
    if (id === WHOLE) this.drop();
    if (id === WHOLE) return bytes.slice();
    if (id === FIRST) this.#parts = [...bytes];
    if ((id !== MIDDLE && id !== LAST) || this.#parts.length === 0) return undefined;
    this.#parts.push(...bytes);
    if (this.#parts.length > FRAME_MAX) {
      this.drop();
      throw refusal('READER.REPORT_INVALID');
    }
    if (id === MIDDLE) return undefined;
    const frame = Uint8Array.from(this.#parts);
    this.drop();
    return frame;
  }

  drop(): void {
    this.#parts = [];
  }
}

function crcBytes(bytes: Bytes, order: CrcOrder): readonly [number, number] {
  const crc = crc16(bytes);
  return order === 'low-first' ? [crc & 0xff, crc >> 8] : [crc >> 8, crc & 0xff];
}

/** CRC-16/CCITT-FALSE: polynomial 0x1021 from 0xFFFF. */
function crc16(bytes: Bytes): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : 0x1021)) & 0xffff;
  }
  return crc;
}
