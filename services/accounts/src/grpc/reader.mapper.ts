import { type Reader as ReaderMessage, ReaderStatus } from '@openswipe/contracts';
import type { Reader } from '../domain/reader.js';
import { toPostalAddressMessage } from './account.mapper.js';

const STATUS: Readonly<Record<Reader['status'], ReaderStatus>> = {
  applied: ReaderStatus.READER_STATUS_APPLIED,
  shipped: ReaderStatus.READER_STATUS_SHIPPED,
  bound: ReaderStatus.READER_STATUS_BOUND,
  lost: ReaderStatus.READER_STATUS_LOST,
  canceled: ReaderStatus.READER_STATUS_CANCELED,
};

export const toReaderMessage = (reader: Reader): ReaderMessage => ({
  id: reader.id,
  accountId: reader.accountId,
  model: reader.model,
  status: STATUS[reader.status],
  postalAddress: toPostalAddressMessage(reader.postalAddress),
  serialNumber: reader.serialNumber ?? '',
  carrier: reader.carrier ?? '',
  trackingNumber: reader.trackingNumber ?? '',
  terminalId: reader.terminalId ?? '',
  replacesReaderId: reader.replacesReaderId ?? '',
  replacedByReaderId: reader.replacedByReaderId ?? '',
  appliedAt: reader.appliedAt,
  shippedAt: reader.shippedAt,
  boundAt: reader.boundAt,
  lostAt: reader.lostAt,
});
