import { type Reader, ReaderStatus } from '@openswipe/contracts';
import { z } from 'zod';
import { isoOf } from '../http/order.mapper.js';
import { postalAddress, postalAddressView } from './postal-address.schema.js';

const READER_ID = /^rdr_[0-9a-f]{32}$/;
const models = z.enum(['audio-jack', 'usb-swipe', 'chip']);
const statuses = z.enum(['applied', 'shipped', 'bound', 'lost', 'canceled']);
const time = z.iso.datetime();

export const newReader = z.strictObject({
  model: models,
  postalAddress: postalAddress.optional().describe('absent: the address of the account'),
  replacesReaderId: z
    .string()
    .regex(READER_ID, 'must be a reader id')
    .optional()
    .describe('the lost reader in whose place this one is applied for'),
});

export const readerPath = z.object({ id: z.string().regex(READER_ID, 'must be a reader id') });

export const boundReader = z.strictObject({
  serialNumber: z.string().min(1).max(64).describe('as printed on the reader, or as the reader tells it'),
});

export const readerView = z.object({
  id: z.string(),
  model: models,
  status: statuses,
  postalAddress: postalAddressView,
  serialNumber: z.string().optional().describe('since shipped'),
  carrier: z.string().optional(),
  trackingNumber: z.string().optional(),
  terminalId: z.string().optional().describe('where it was bound last'),
  replacesReaderId: z.string().optional(),
  replacedByReaderId: z.string().optional(),
  appliedAt: time,
  shippedAt: time.optional(),
  boundAt: time.optional(),
  lostAt: time.optional(),
});

export const readerList = z.object({ readers: z.array(readerView) });

export type NewReader = z.infer<typeof newReader>;
export type ReaderView = z.infer<typeof readerView>;
export type ReaderList = z.infer<typeof readerList>;

const STATUS: Partial<Record<ReaderStatus, ReaderView['status']>> = {
  [ReaderStatus.READER_STATUS_APPLIED]: 'applied',
  [ReaderStatus.READER_STATUS_SHIPPED]: 'shipped',
  [ReaderStatus.READER_STATUS_BOUND]: 'bound',
  [ReaderStatus.READER_STATUS_LOST]: 'lost',
  [ReaderStatus.READER_STATUS_CANCELED]: 'canceled',
};

/** Throws zod's error where accounts sent what this edge does not know. */
export function toReaderView(reader: Reader): ReaderView {
  const { serialNumber, carrier, trackingNumber, terminalId, replacesReaderId, replacedByReaderId } = reader;
  const { shippedAt, boundAt, lostAt } = reader;
  const texts = { serialNumber, carrier, trackingNumber, terminalId, replacesReaderId, replacedByReaderId };
  return readerView.parse({
    id: reader.id,
    model: reader.model,
    status: STATUS[reader.status],
    postalAddress: reader.postalAddress,
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
    appliedAt: isoOf(reader.appliedAt),
    ...(shippedAt && { shippedAt: isoOf(shippedAt) }),
    ...(boundAt && { boundAt: isoOf(boundAt) }),
    ...(lostAt && { lostAt: isoOf(lostAt) }),
  });
}
