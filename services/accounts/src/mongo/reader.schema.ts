import { READER_FACTS, READER_MODELS, READER_STATUSES, type Reader } from '../domain/reader.js';
import { postalAddressPart } from './account.schema.js';
import { optionalText, optionalTime, strictSchema, text, time } from './schema.js';

export interface ReaderDocument extends Omit<Reader, 'id' | 'replacedByReaderId'> {
  readonly _id: string;
  /** Plain unique keys; the reader's own id stands where there is no number yet. */
  readonly serialKey: string;
  readonly initialKeyKey: string;
  /** Unique: the reader that this one replaces, unless it was canceled; so a lost one has one replacement at most. */
  readonly replacementKey: string;
}

export const readerSchema = strictSchema<ReaderDocument>('readers', {
  _id: text,
  accountId: text,
  model: { type: String, enum: READER_MODELS, required: true },
  status: { type: String, enum: READER_STATUSES, required: true },
  postalAddress: { type: postalAddressPart, required: true },
  applicationKey: text,
  fingerprint: text,
  replacesReaderId: optionalText,
  serialNumber: optionalText,
  carrier: optionalText,
  trackingNumber: optionalText,
  initialKeyId: optionalText,
  terminalId: optionalText,
  appliedAt: time,
  shippedAt: optionalTime,
  boundAt: optionalTime,
  lostAt: optionalTime,
  untold: { type: [{ type: String, enum: READER_FACTS }] },
  revision: { type: Number, required: true },
  serialKey: text,
  initialKeyKey: text,
  replacementKey: text,
});
