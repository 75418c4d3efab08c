import type { ChipPayment } from '@openswipe/card/emv';
import { DomainError } from '@openswipe/kernel';
import type { IndicationSignal } from './indication-signal.js';
import type { ReaderFaultCode } from './reader-driver.js';

/** EMV's amount (9F02) has twelve digits. */
const AMOUNT_DIGITS = 12;

export interface ChipSurroundings {
  /** ISO 3166-1 numeric: where this terminal stands. */
  readonly country: string;
  /** The wall clock, for the date that the card sees. */
  readonly now: () => Date;
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
}

export const CHIP_SURROUNDINGS: ChipSurroundings = {
  country: '156',
  now: () => new Date(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** Throws `READER.AMOUNT_TOO_LARGE`. */
export function checkChipAmount({ amountMinor }: IndicationSignal): void {
  if (amountMinor.length <= AMOUNT_DIGITS) return;
  throw new DomainError('READER.AMOUNT_TOO_LARGE', 'A chip card takes amounts of twelve digits');
}

/** The payment that the indication signal is for, as a chip card hears of it. */
export function chipPayment({ amountMinor, currency }: IndicationSignal, around: ChipSurroundings): ChipPayment {
  const now = around.now();
  const digits = (...parts: readonly number[]) => parts.map((part) => String(part % 100).padStart(2, '0')).join('');
  return {
    amountMinor,
    currency,
    country: around.country,
    date: digits(now.getFullYear(), now.getMonth() + 1, now.getDate()),
    time: digits(now.getHours(), now.getMinutes(), now.getSeconds()),
    unpredictableNumber: around.randomBytes(4),
  };
}

/** What a page says of an error of the bridge, the card or the kernel. */
const FAULTS: Readonly<Record<string, ReaderFaultCode>> = {
  'BRIDGE.BUSY': 'READER.BRIDGE_BUSY',
  'BRIDGE.CODE_LOCKED': 'READER.PAIRING_LOCKED',
  'BRIDGE.CODE_WRONG': 'READER.PAIRING_WRONG',
  'BRIDGE.MESSAGE_INVALID': 'READER.PAIRING_WRONG',
  'BRIDGE.TOKEN_UNKNOWN': 'READER.PAIRING_NEEDED',
  'BRIDGE.CARD_BUSY': 'READER.CARD_BUSY',
  'BRIDGE.CARD_REMOVED': 'READER.CARD_REMOVED',
  'BRIDGE.CARD_SPENT': 'READER.CARD_SPENT',
  'BRIDGE.NO_CARD': 'READER.CARD_REMOVED',
  'CARD.EMV_APPLICATION_NONE': 'READER.CHIP_UNSUPPORTED',
  'CARD.EMV_CARD_BLOCKED': 'READER.CHIP_UNSUPPORTED',
  'CARD.EMV_DECLINED': 'READER.CHIP_DECLINED',
  'READER.BRIDGE_MISSING': 'READER.BRIDGE_MISSING',
  'READER.CARD_REMOVED': 'READER.CARD_REMOVED',
};

export function chipFaultOf(error: unknown): ReaderFaultCode {
  const code = error instanceof DomainError ? error.code : '';
  return Object.hasOwn(FAULTS, code) ? (FAULTS[code] ?? 'READER.CHIP_UNREADABLE') : 'READER.CHIP_UNREADABLE';
}
