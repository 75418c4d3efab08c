import { concat, toHex, type Bytes } from '../bytes.js';
import { emvError } from './emv-error.js';

/** The one way to a card. A rejection of `transmit` (card gone, reader gone) passes through the kernel unchanged. */
export interface Apdu {
  /** A short command (ISO/IEC 7816-4) to the card's answer: data, then the two bytes of the status word. */
  transmit(command: Bytes): Promise<Bytes>;
}

export interface CardAnswer {
  readonly data: Bytes;
  /** Status word, four lower-case hexadecimal digits. */
  readonly status: string;
}

export const OK = '9000';
/** 256 bytes of data and the status word. */
const ANSWER_MAX = 258;
/** Answers that make up one: no object of a payment card is longer than a few of them. */
const PARTS_MAX = 8;

export type Command = 'SELECT' | 'GET PROCESSING OPTIONS' | 'READ RECORD' | 'GENERATE AC';

const withData = (header: readonly number[], data: Bytes): Bytes =>
  concat(Uint8Array.from(header), Uint8Array.of(data.length), data, Uint8Array.of(0));

/** EMV Book 1, 11.3; `next` asks for another application of the same beginning. */
export const select = (name: Bytes, next = false): Bytes => withData([0x00, 0xa4, 0x04, next ? 0x02 : 0x00], name);

/** EMV Book 1, 11.2. */
export const readRecord = (sfi: number, record: number): Bytes => Uint8Array.of(0x00, 0xb2, record, (sfi << 3) | 4, 0);

/** EMV Book 3, 6.5.8; `data` is the whole template 83. */
export const getProcessingOptions = (data: Bytes): Bytes => withData([0x80, 0xa8, 0x00, 0x00], data);

/** EMV Book 3, 6.5.5, without a request for CDA. */
export const generateAc = (type: 'ARQC' | 'AAC', data: Bytes): Bytes =>
  withData([0x80, 0xae, type === 'ARQC' ? 0x80 : 0x00, 0x00], data);

/**
 * Sends `command` and puts the answer together: 61xx is fetched by GET RESPONSE, 6Cxx repeats with the length that the
 * card wants (EMV Book 1, 9.3.1.2). Throws `CARD.EMV_RESPONSE_INVALID`, `CARD.EMV_LIMIT_EXCEEDED`.
 */
export async function exchange(card: Apdu, command: Bytes): Promise<CardAnswer> {
  const parts: Bytes[] = [];
  let next = command;
  for (let part = 0; part < PARTS_MAX; part++) {
    const answer = await card.transmit(next);
    if (answer.length < 2 || answer.length > ANSWER_MAX) throw answerInvalid('an answer has a wrong length');
    const data = answer.slice(0, -2);
    const status = toHex(answer.slice(-2));
    const length = answer.at(-1) ?? 0;
    if (status.startsWith('6c')) next = concat(next.slice(0, -1), Uint8Array.of(length));
    else if (status.startsWith('61')) {
      parts.push(data);
      next = Uint8Array.of(0x00, 0xc0, 0x00, 0x00, length);
    } else return { data: concat(...parts, data), status };
  }
  throw emvError('CARD.EMV_LIMIT_EXCEEDED', 'The card does not come to the end of an answer');
}

export const answerInvalid = (why: string, facts: Readonly<Record<string, string>> = {}) =>
  emvError('CARD.EMV_RESPONSE_INVALID', `The card answered what EMV does not allow: ${why}`, facts);

/** The data of an answer that must be 9000. Throws `CARD.EMV_RESPONSE_INVALID` with command and status. */
export function dataOf(answer: CardAnswer, command: Command): Bytes {
  if (answer.status === OK) return answer.data;
  throw answerInvalid(`status ${answer.status} to ${command}`, { command, status: answer.status });
}

/** Ends a card that would keep the terminal busy for ever; a payment takes about twenty commands. */
export function boundedApdu(card: Apdu, commandsMax = 150): Apdu {
  let commands = 0;
  return {
    transmit(command) {
      if (++commands > commandsMax) throw emvError('CARD.EMV_LIMIT_EXCEEDED', 'The card asks for too many commands');
      return card.transmit(command);
    },
  };
}
