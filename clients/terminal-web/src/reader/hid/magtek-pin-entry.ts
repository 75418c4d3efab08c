import { encodeTlv, findTlv, parseTrack2, toHex, type Bytes, type Tlv } from '@openswipe/card';
import { DomainError, Sensitive } from '@openswipe/kernel';
import { isProtected, type PresentedCard } from '../presented-card.js';
import { refusal } from '../reader-core.js';
import type { ReaderFaultCode } from '../reader-driver.js';
import type { ReaderPin } from '../reader-pin.js';
import { objectsOf } from './reader-tlv.js';

/** Seconds that the reader waits for card and PIN. */
export const PIN_ENTRY_SECONDS = 60;

/** Longest and shortest PIN (ISO 9564-1). */
const PIN_LENGTHS = Uint8Array.of(12, 4);
/** 0x2001 with the account number from here, 0x2002 with that of the card, which is presented once more. */
const PIN_FOR_ACCOUNT = 0x2001;
const PIN_FOR_CARD = 0x2002;
const FORMAT_0 = 0;
const FORMAT_4 = 4;
/** Stripe, contact and contactless on. */
const READER_OPTIONS = [0x81, 1, 1, 0x82, 1, 1, 0x83, 1, 1] as const;
const AES_KSN_DIGITS = 24;

/** User interface sequences (MagTek D100005000, tables 172 and 176). */
const SEQUENCES = { enterForAccount: 0x00, enterForCard: 0x01, cancel: 0xfd, successful: 0xff } as const;
type Ending = 'cancel' | 'successful';

/** A PIN entry session of a reader with a touchscreen: its command, and the parameters that begin and end it. */
export interface PinEntry {
  readonly command: number;
  readonly begin: Bytes;
  end(how: Ending): Bytes;
}

/**
 * For a card in clear the account number goes to the reader. For a card that the reader encrypted nobody here knows it:
 * the reader takes it from the card, which its holder presents again; the block opens for no other card than the first.
 * Throws `CARD.TRACK2_INVALID`.
 */
export function pinEntryFor(card: PresentedCard): PinEntry {
  if (isProtected(card)) {
    const format = card.protectedTrack.ksn.length === AES_KSN_DIGITS ? FORMAT_4 : FORMAT_0;
    return { command: PIN_FOR_CARD, begin: forCard(format, 'enterForCard'), end: (how) => forCard(format, how) };
  }
  const pan = parseTrack2(card.track2.reveal('PIN entry on the reader')).pan.reveal('PIN entry on the reader');
  // Format 0: the twelve rightmost digits, without the check digit.
  const account = pan.slice(0, -1).slice(-12).padStart(12, '0');
  return {
    command: PIN_FOR_ACCOUNT,
    begin: forAccount(account, 'enterForAccount'),
    end: (how) => forAccount(account, how),
  };
}

const join = (...parts: readonly Bytes[]): Bytes => Uint8Array.from(parts.flatMap((part) => [...part]));
const one = (tag: string, value: number): Bytes => encodeTlv(tag, Uint8Array.of(value));

function forAccount(account: string, sequence: keyof typeof SEQUENCES): Bytes {
  const compressed = Uint8Array.from(account.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return join(
    one('81', PIN_ENTRY_SECONDS),
    one('82', SEQUENCES[sequence]),
    encodeTlv('83', PIN_LENGTHS),
    one('85', FORMAT_0),
    encodeTlv('a1', join(one('81', account.length), encodeTlv('82', compressed))),
  );
}

function forCard(format: number, sequence: keyof typeof SEQUENCES): Bytes {
  const entry = join(one('82', SEQUENCES[sequence]), encodeTlv('83', PIN_LENGTHS), one('85', format));
  const options = Uint8Array.from(READER_OPTIONS);
  return join(one('81', PIN_ENTRY_SECONDS), encodeTlv('a3', options), encodeTlv('a4', entry));
}

/** Detail codes of notification 0205: touchscreen, PIN entry, failed, and why. */
const FAILURES: Readonly<Record<string, ReaderFaultCode>> = {
  '01020201': 'READER.PIN_TIMEOUT',
  '01020202': 'READER.PIN_PAD_MISSING',
  '01020203': 'READER.PIN_CANCELED',
};
const ENTERED = '01020101';

/** What notification 0205 tells. Throws the fault's code, `READER.REPORT_INVALID`. */
export function parsePinEntry(status: string, payload: Bytes): ReaderPin {
  if (status !== ENTERED) throw refusal(FAILURES[status] ?? 'READER.PIN_FAILED');
  const pin = findReaderPin(objectsOf(payload));
  if (pin === undefined) throw refusal('READER.REPORT_INVALID');
  return pin;
}

/**
 * Container F5 with format, block and KSN (tables 18, 315, 316), wherever it stands; `undefined` without one. Throws
 * `READER.REPORT_INVALID` for what does not fit together, and for formats that are not taken.
 */
export function findReaderPin(objects: readonly Tlv[]): ReaderPin | undefined {
  const container = findTlv(objects, 'f5')?.children;
  if (container === undefined) return undefined;
  const value = (tag: string): Bytes => findTlv(container, tag)?.value ?? new Uint8Array(0);
  const [block, ksn, [format]] = [value('99'), value('dfdf41'), value('df71')];
  const isFormat0 = format === FORMAT_0 && block.length === 8 && ksn.length === 10;
  const isFormat4 = format === FORMAT_4 && block.length === 16 && ksn.length === 12;
  if (!(isFormat0 || isFormat4) || ksn.every((byte) => byte === 0)) throw refusal('READER.REPORT_INVALID');
  return { pinBlock: new Sensitive(toHex(block)), pinKsn: toHex(ksn) };
}

/** A reader without a touchscreen refuses the command; anything else is what it is. */
export const pinPadMissing = (error: unknown): never => {
  const isRefused = error instanceof DomainError && error.code === 'READER.REFUSED';
  throw isRefused ? refusal('READER.PIN_PAD_MISSING') : error;
};
