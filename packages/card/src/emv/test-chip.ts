import { Sensitive } from '@openswipe/kernel';
import type { Key } from '../aes-engine.js';
import { concat, fromHex, toHex, type Bytes } from '../bytes.js';
import { Pan } from '../pan.js';
import type { TestCard } from '../test-cards.js';
import { encodeTlv } from '../tlv.js';
import { deriveCardKey, deriveSessionKey, generateCryptogram } from './issuer.js';

const hex = (text: string): Bytes => fromHex(text, text.length / 2, 'TEST.HEX', 'A test value');
const tlv = (tag: string, value: string | Bytes): Bytes =>
  encodeTlv(tag, typeof value === 'string' ? hex(value) : value);
const ascii = (text: string): Bytes => Uint8Array.from(new TextEncoder().encode(text));
const constructed = (tag: string, ...parts: readonly Bytes[]): Bytes => encodeTlv(tag, concat(...parts));
const status = (word: string, data: Bytes = new Uint8Array(0)): Bytes => concat(data, hex(word));

/** The issuer simulator's master key for application cryptograms: known to everybody, for test cards only. */
export const TEST_ISSUER_KEY: Key = new Sensitive(hex('0123456789abcdeffedcba9876543210'));

export const TEST_APPLICATION_IDS: Readonly<Record<TestCard['brand'], string>> = {
  unionpay: 'a000000333010101',
  visa: 'a0000000031010',
  mastercard: 'a0000000041010',
};

const PSE = '315041592e5359532e4444463031';
const PDOL = '9f02069f1a025f2a029a039f3704';
const CDOL1 = '9f02069f03069f1a0295055f2a029a039c019f3704';
/** Of a card that says nothing of its own: online PIN if supported, else none. */
const CVM_LIST = '000000000000000042031f00';
const PROFILE = '1800';
const DATE_IN = '200101';
const PAN_SEQUENCE = '01';

export interface TestChipOptions {
  readonly issuerKey?: Key;
  /** Payments that it made before. */
  readonly counter?: number;
  /** Two digits (5F34): two chips of one card count apart. */
  readonly panSequence?: string;
  /** T=0: answers wait for GET RESPONSE (61xx), and a wrong length is corrected (6Cxx). */
  readonly byteProtocol?: boolean;
  /** Without the payment system's directory the terminal asks for each application. */
  readonly directory?: boolean;
  /** 1 = template 80, 2 = template 77. */
  readonly format?: 1 | 2;
  readonly declines?: boolean;
}

/** A contact chip card with a real key: it answers commands, counts its payments and makes real cryptograms. */
export class TestChip {
  readonly #card: TestCard;
  readonly #options: Required<TestChipOptions>;
  readonly #cardKey: Key;
  #counter: number;
  #selected = '';
  #isStarted = false;
  /** What waits for GET RESPONSE. */
  #waiting: Bytes | undefined;

  constructor(card: TestCard, options: TestChipOptions = {}) {
    const byDefault = { counter: 0, byteProtocol: false, directory: true, format: 2, declines: false } as const;
    const panSequence = card.chip?.panSequence ?? PAN_SEQUENCE;
    this.#options = { issuerKey: TEST_ISSUER_KEY, panSequence, ...byDefault, ...options };
    this.#card = card;
    this.#counter = this.#options.counter;
    this.#cardKey = deriveCardKey(this.#options.issuerKey, Pan.parse(card.pan), this.#options.panSequence);
  }

  /** Payments so far. */
  get counter(): number {
    return this.#counter;
  }

  /** Card taken out and put in again. */
  reset(): void {
    this.#selected = '';
    this.#isStarted = false;
    this.#waiting = undefined;
  }

  answer(command: Bytes): Bytes {
    const [, instruction = 0, p1 = 0, p2 = 0, length = 0] = command;
    if (instruction === 0xc0) return this.#fetch(length);
    if (instruction === 0xb2 && this.#options.byteProtocol) return this.#exactly(this.#record(p1, p2 >> 3), length);
    const data = command.slice(5, 5 + length);
    const answer = this.#answerTo(instruction, p1, p2, data);
    const waits = this.#options.byteProtocol && answer.length > 2;
    if (!waits) return answer;
    this.#waiting = answer;
    return Uint8Array.of(0x61, answer.length - 2);
  }

  #answerTo(instruction: number, p1: number, p2: number, data: Bytes): Bytes {
    switch (instruction) {
      case 0xa4:
        return this.#select(toHex(data), p2 === 0x02);
      case 0xa8:
        return this.#start();
      case 0xb2:
        return this.#record(p1, p2 >> 3);
      case 0xae:
        return this.#cryptogram(p1, data);
      default:
        return status('6d00');
    }
  }

  #fetch(length: number): Bytes {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting === undefined || waiting.length - 2 !== length ? status('6985') : waiting;
  }

  #exactly(answer: Bytes, length: number): Bytes {
    const wanted = answer.length - 2;
    return wanted === 0 || length === wanted ? answer : Uint8Array.of(0x6c, wanted);
  }

  #select(name: string, next: boolean): Bytes {
    this.#isStarted = false;
    if (name === PSE && this.#options.directory) {
      this.#selected = PSE;
      return status('9000', constructed('6f', tlv('84', PSE), constructed('a5', tlv('88', '01'), tlv('5f2d', '656e'))));
    }
    if (next || !this.#applicationId.startsWith(name)) return status('6a82');
    this.#selected = this.#applicationId;
    const proprietary = constructed('a5', tlv('50', this.#label), tlv('87', '01'), tlv('9f38', PDOL));
    return status('9000', constructed('6f', tlv('84', this.#applicationId), proprietary));
  }

  #start(): Bytes {
    if (this.#selected !== this.#applicationId || this.#isStarted) return status('6985');
    this.#isStarted = true;
    this.#counter += 1;
    const locator = hex('0801010010010201');
    if (this.#options.format === 1) return status('9000', constructed('80', hex(PROFILE), locator));
    return status('9000', constructed('77', tlv('82', PROFILE), tlv('94', locator)));
  }

  #record(record: number, sfi: number): Bytes {
    if (this.#selected === PSE) {
      const entry = constructed('61', tlv('4f', this.#applicationId), tlv('50', this.#label), tlv('87', '01'));
      return sfi === 1 && record === 1 ? status('9000', constructed('70', entry)) : status('6a83');
    }
    const content = this.#isStarted ? this.#records[`${sfi}.${record}`] : undefined;
    return content === undefined ? status('6a83') : status('9000', constructed('70', ...content));
  }

  get #records(): Readonly<Record<string, readonly Bytes[]>> {
    const { pan, expiry, serviceCode, chip } = this.#card;
    const track2 = `${pan}d${expiry}${serviceCode}0000000000`;
    const even = (text: string) => (text.length % 2 === 0 ? text : `${text}f`);
    return {
      '1.1': [tlv('57', even(track2)), tlv('5f20', ascii('TEST/CARD')), tlv('9f1f', ascii('0000000000'))],
      '2.1': [
        ...[
          tlv('5a', even(pan)),
          tlv('5f34', this.#options.panSequence),
          tlv('5f24', `${expiry}31`),
          tlv('5f25', DATE_IN),
        ],
        ...[tlv('8e', chip?.cvmList ?? CVM_LIST), tlv('5f28', '0156'), tlv('9f07', 'ff00'), tlv('df7f', 'c0ffee')],
        ...[tlv('9f0d', '0000000000'), tlv('9f0e', '0000000000'), tlv('9f0f', 'f000000000')],
      ],
      '2.2': [tlv('8c', CDOL1), tlv('8d', `8a02${CDOL1}`)],
    };
  }

  #cryptogram(p1: number, data: Bytes): Bytes {
    if (!this.#isStarted || data.length !== 29) return status('6985');
    this.#isStarted = false;
    const declines = this.#options.declines || (p1 & 0xc0) === 0x00;
    const information = Uint8Array.of(declines ? 0x00 : 0x80);
    const atc = Uint8Array.of(this.#counter >> 8, this.#counter & 0xff);
    const issuerData = hex(declines ? '06011203800000' : '06011203a00000');
    const sessionKey = deriveSessionKey(this.#cardKey, atc);
    const cryptogram = generateCryptogram(sessionKey, concat(data, hex(PROFILE), atc, issuerData));
    if (this.#options.format === 1) {
      return status('9000', constructed('80', information, atc, cryptogram, issuerData));
    }
    const parts = [tlv('9f27', information), tlv('9f36', atc), tlv('9f26', cryptogram), tlv('9f10', issuerData)];
    return status('9000', constructed('77', ...parts));
  }

  get #applicationId(): string {
    return TEST_APPLICATION_IDS[this.#card.brand];
  }

  get #label(): Bytes {
    return ascii(this.#card.brand.toUpperCase());
  }
}
