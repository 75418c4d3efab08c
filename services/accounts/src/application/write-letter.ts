import type { Locale } from '../domain/account.js';
import { writeBill } from '../domain/bill.js';
import type { Letter } from '../domain/letter.js';
import type { OrderEvent } from '../domain/order-notice.js';
import { type ReaderEvent, writeReaderLetter } from '../domain/reader-letter.js';

/** The letter about the event that a delivery keeps. @param body JSON of the event */
export function writeLetterOf(body: string, locale: Locale): Letter {
  const event = JSON.parse(body) as OrderEvent | ReaderEvent;
  return isOfReader(event) ? writeReaderLetter(event, locale) : writeBill(event.data.order, locale);
}

const isOfReader = (event: OrderEvent | ReaderEvent): event is ReaderEvent => 'reader' in event.data;
