import { encodeTlv, toHex, type Bytes } from '@openswipe/card';
import { refusal } from '../reader-core.js';
import { objectsOf } from './reader-tlv.js';

const START = [0xaa, 0x00] as const;
const REQUEST = 0x01;
const RESPONSE = 0x82;
const NOTIFICATION = 0x83;

/** What a reader sends (MagTek D100005000, tables 12 and 14). */
export interface MmsMessage {
  readonly type: 'response' | 'notification';
  /** Number of the request that is answered; 0 of a notification. */
  readonly reference: number;
  /** Command or notification, four hexadecimal digits. */
  readonly id: string;
  /** Status or detail code, eight hexadecimal digits. */
  readonly status: string;
  /** Behind the two bytes that repeat the id; empty if there is none. */
  readonly payload: Bytes;
}

/** `AA 00`, 81 message information, 84 payload, which begins with the command again. */
export function mmsRequest(reference: number, command: number, parameters: Bytes = new Uint8Array(0)): Bytes {
  const id = [command >> 8, command & 0xff];
  const information = encodeTlv('81', Uint8Array.of(REQUEST, reference, ...id));
  const payload = encodeTlv('84', Uint8Array.from([...id, ...parameters]));
  return Uint8Array.from([...START, ...information, ...payload]);
}

/** Throws `READER.REPORT_INVALID`. */
export function parseMmsMessage(message: Bytes): MmsMessage {
  if (message[0] !== START[0]) throw refusal('READER.REPORT_INVALID');
  const objects = objectsOf(message.slice(START.length));
  const value = (tag: string): Bytes => objects.find((object) => object.tag === tag)?.value ?? new Uint8Array(0);
  const [type, reference = 0, ...id] = value('81').subarray(0, 4);
  const status = toHex(value('82'));
  if (id.length !== 2 || status.length !== 8 || (type !== RESPONSE && type !== NOTIFICATION)) {
    throw refusal('READER.REPORT_INVALID');
  }
  return {
    type: type === RESPONSE ? 'response' : 'notification',
    reference,
    id: toHex(Uint8Array.from(id)),
    status,
    payload: value('84').slice(2),
  };
}
