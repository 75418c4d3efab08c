import { Sensitive } from '@openswipe/kernel';
import { toHex, type Bytes } from '../bytes.js';
import { findTlv, parseTlv } from '../tlv.js';
import { answerInvalid, type Apdu, dataOf, exchange, generateAc } from './apdu.js';
import { dataFor } from './data-object-list.js';
import { dataInvalid } from './data-objects.js';
import { emvError } from './emv-error.js';

/** The card's proof of one payment, for its issuer. All in lower-case hexadecimal. */
export interface ApplicationCryptogram {
  /** Application request cryptogram, 8 bytes (9F26). */
  readonly arqc: string;
  /** Cryptogram information data, 1 byte (9F27). */
  readonly cryptogramInformation: string;
  /** Application transaction counter, 2 bytes (9F36): moves forward with every payment. */
  readonly atc: string;
  /** 4 bytes (9F37), this terminal's. */
  readonly unpredictableNumber: string;
  /** What CDOL1 asked for, as the card got it; may hold card data. */
  readonly cdolData: Sensitive<string>;
  /** Issuer application data, up to 32 bytes (9F10); '' if the card gives none. */
  readonly issuerApplicationData: string;
}

export interface CryptogramQuestion {
  /** AAC: the issuer's own rules (9F0E) forbid this payment; the card is told so, and the payment ends. */
  readonly type: 'ARQC' | 'AAC';
  /** CDOL1. */
  readonly list: Bytes;
  readonly unpredictableNumber: Bytes;
  readonly valueOf: (tag: string) => Bytes | undefined;
}

/**
 * GENERATE AC (EMV Book 3, 10.8 and 6.5.5). Throws `CARD.EMV_DECLINED` if the card, or the issuer's rules, say no, and
 * `CARD.EMV_RESPONSE_INVALID` for anything but a request cryptogram: this terminal takes no payment offline.
 */
export async function applicationCryptogram(card: Apdu, question: CryptogramQuestion): Promise<ApplicationCryptogram> {
  const cdolData = dataFor(question.list, '8c', question.valueOf);
  const answer = dataOf(await exchange(card, generateAc(question.type, cdolData)), 'GENERATE AC');
  const { information, counter, cryptogram, issuerData } = partsOf(answer);
  if (counter.length !== 2 || cryptogram.length !== 8 || information.length !== 1 || issuerData.length > 32) {
    throw answerInvalid('a part of the cryptogram has a wrong length', { command: 'GENERATE AC' });
  }
  const kind = (information[0] ?? 0) & 0xc0;
  if (kind === 0x00) throw emvError('CARD.EMV_DECLINED', 'The card declined the payment');
  if (kind !== 0x80 || question.type === 'AAC') throw answerInvalid('not the cryptogram that was asked for');
  return {
    arqc: toHex(cryptogram),
    cryptogramInformation: toHex(information),
    atc: toHex(counter),
    unpredictableNumber: toHex(question.unpredictableNumber),
    cdolData: new Sensitive(toHex(cdolData)),
    issuerApplicationData: toHex(issuerData),
  };
}

/** Format 1: template 80, values in order; format 2: template 77 with tags. */
function partsOf(answer: Bytes) {
  const [template] = parseTlv(answer);
  if (template?.tag === '80') {
    const { value } = template;
    if (value.length < 11) throw answerInvalid('too short', { command: 'GENERATE AC' });
    const [information, counter] = [value.slice(0, 1), value.slice(1, 3)];
    return { information, counter, cryptogram: value.slice(3, 11), issuerData: value.slice(11) };
  }
  if (template?.tag !== '77') throw answerInvalid('neither format', { command: 'GENERATE AC' });
  const value = (tag: string) => findTlv([template], tag)?.value;
  const [information, counter, cryptogram] = [value('9f27'), value('9f36'), value('9f26')];
  if (information === undefined || counter === undefined) throw dataInvalid('9f27');
  if (cryptogram === undefined) throw dataInvalid('9f26');
  return { information, counter, cryptogram, issuerData: value('9f10') ?? new Uint8Array(0) };
}
