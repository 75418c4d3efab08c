import { refusal } from './accounts-errors.js';
import type { PostalAddress } from './postal-address.js';
import { parseText } from './text-field.js';

export const READER_MODELS = ['audio-jack', 'usb-swipe', 'chip'] as const;
export type ReaderModel = (typeof READER_MODELS)[number];
export const READER_STATUSES = ['applied', 'shipped', 'bound', 'lost', 'canceled'] as const;
export type ReaderStatus = (typeof READER_STATUSES)[number];
/** Changes of which the holder hears by e-mail. */
export const READER_FACTS = ['shipped', 'lost'] as const;
export type ReaderFact = (typeof READER_FACTS)[number];

/**
 * A card reader of an account [0062–0064], [0150–0156]: applied for, shipped, bound at first use; lost in the end, and
 * then another one may be applied for in its place. An application can be canceled until it is shipped.
 */
export interface Reader {
  readonly id: string;
  readonly accountId: string;
  readonly model: ReaderModel;
  readonly status: ReaderStatus;
  readonly postalAddress: PostalAddress;
  /** Unique; the same application again gives the same reader. */
  readonly applicationKey: string;
  readonly fingerprint: string;
  /** The lost reader in whose place this one was applied for. */
  readonly replacesReaderId?: string | undefined;
  /** The other way round; the newest that was not canceled. */
  readonly replacedByReaderId?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly carrier?: string | undefined;
  readonly trackingNumber?: string | undefined;
  /** KSN without the counter, 16 hexadecimal digits, of a reader that has keys of its own. */
  readonly initialKeyId?: string | undefined;
  /** The terminal at which it was bound last. */
  readonly terminalId?: string | undefined;
  readonly appliedAt: Date;
  readonly shippedAt?: Date | undefined;
  readonly boundAt?: Date | undefined;
  readonly lostAt?: Date | undefined;
  /** What the holder has not been told yet. Kept with the change, so that a crash cannot part them. */
  readonly untold: readonly ReaderFact[];
  /** Grows with each change: the guard of the next. */
  readonly revision: number;
}

/** What the operator notes when a reader is sent out. */
export interface Shipment {
  readonly serialNumber: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly initialKeyId?: string | undefined;
}

/** Throws `ACCOUNTS.FIELD_INVALID`. */
export function parseReaderModel(text: string): ReaderModel {
  const model = READER_MODELS.find((known) => known === text);
  if (!model) throw refusal.fieldInvalid('model', `one of ${READER_MODELS.join(', ')}`);
  return model;
}

/** As printed on the reader; spaces, hyphens and case carry no meaning. Throws `ACCOUNTS.FIELD_INVALID`. */
export function parseSerialNumber(text: string): string {
  const serialNumber = text.replaceAll(/[\s-]/g, '').toUpperCase();
  if (!/^[A-Z0-9]{4,32}$/.test(serialNumber)) throw refusal.fieldInvalid('serialNumber', '4 to 32 letters and digits');
  return serialNumber;
}

/** Throws `ACCOUNTS.FIELD_INVALID`. */
export function parseShipment(raw: Shipment & { readonly initialKeyId: string }): Shipment {
  const initialKeyId = raw.initialKeyId.toLowerCase();
  if (!/^([0-9a-f]{16})?$/.test(initialKeyId)) throw refusal.fieldInvalid('initialKeyId', '16 hexadecimal digits');
  return {
    serialNumber: parseSerialNumber(raw.serialNumber),
    carrier: parseText('carrier', raw.carrier, 64),
    trackingNumber: parseText('trackingNumber', raw.trackingNumber, 64),
    ...(initialKeyId === '' ? {} : { initialKeyId }),
  };
}

/** applied → shipped; the same shipment again changes nothing. Throws `ACCOUNTS.READER_STATE`. */
export function ship(reader: Reader, shipment: Shipment, now: Date): Reader {
  if (isShipment(reader, shipment)) return reader;
  if (reader.status !== 'applied') throw refusal.readerState(reader.status);
  return { ...reader, ...shipment, status: 'shipped', shippedAt: now, untold: [...reader.untold, 'shipped'] };
}

/** applied → canceled. Throws `ACCOUNTS.READER_STATE`. */
export function cancel(reader: Reader): Reader {
  if (reader.status === 'canceled') return reader;
  if (reader.status !== 'applied') throw refusal.readerState(reader.status);
  return { ...reader, status: 'canceled' };
}

/**
 * shipped → bound. A reader belongs to its account, not to one device: used at another terminal of the account it moves
 * there, and keeps the time of its first use. Throws `ACCOUNTS.READER_LOST`, `ACCOUNTS.READER_FOREIGN`,
 * `ACCOUNTS.READER_STATE`.
 */
export function bind(reader: Reader, accountId: string, terminalId: string, now: Date): Reader {
  const reason = whyNotUsable(reader, accountId);
  if (reason === 'lost') throw refusal.readerLost();
  if (reason === 'foreign') throw refusal.readerForeign();
  if (reader.status === 'bound') return reader.terminalId === terminalId ? reader : { ...reader, terminalId };
  if (reader.status !== 'shipped') throw refusal.readerState(reader.status);
  return { ...reader, status: 'bound', terminalId, boundAt: now };
}

/** shipped or bound → lost, for good. Throws `ACCOUNTS.READER_STATE`. */
export function reportLost(reader: Reader, now: Date): Reader {
  if (reader.status === 'lost') return reader;
  if (reader.status !== 'shipped' && reader.status !== 'bound') throw refusal.readerState(reader.status);
  return { ...reader, status: 'lost', lostAt: now, untold: [...reader.untold, 'lost'] };
}

/** Lost comes first: whoever holds a reported reader shall hear that, be it a finder or a thief. */
export function whyNotUsable(reader: Reader, accountId: string): 'lost' | 'foreign' | undefined {
  if (reader.status === 'lost') return 'lost';
  return reader.accountId === accountId ? undefined : 'foreign';
}

const isShipment = (reader: Reader, { serialNumber, carrier, trackingNumber, initialKeyId }: Shipment): boolean =>
  reader.serialNumber === serialNumber &&
  reader.carrier === carrier &&
  reader.trackingNumber === trackingNumber &&
  reader.initialKeyId === initialKeyId;
